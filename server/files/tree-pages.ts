import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { AgentStatus, FilesHold, TreeAnswer } from '#shared/api/files.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import type { TreeStore } from './tree-store.ts'

/** Written out between two turns of the loop. */
const SLICE_ENTRIES = 2_000

const compress = promisify(gzip)

/** The tree of each workspace as the bytes that browsers are sent: written out once a revision, whoever asks. */
export interface TreePages {
  /** a `TreeAnswer` as JSON in gzip; null where no tree is known */
  read(workspaceId: WorkspaceId, agent: AgentStatus, hold: FilesHold | null): Promise<Buffer | null>
  forget(workspaceId: WorkspaceId): void
}

export function createTreePages(trees: Pick<TreeStore, 'get' | 'revisionOf'>): TreePages {
  const pages = new Map<WorkspaceId, { facts: string; bytes: Promise<Buffer> }>()

  const write = async (facts: string, entries: readonly TreeEntry[]): Promise<Buffer> => {
    const pieces = [facts.slice(0, -2)]
    for (let at = 0; at < entries.length; at += SLICE_ENTRIES) {
      if (at > 0) await nextTurn()
      pieces.push(at > 0 ? ',' : '', JSON.stringify(entries.slice(at, at + SLICE_ENTRIES)).slice(1, -1))
    }
    return compress(`${pieces.join('')}]}`, { level: constants.Z_BEST_SPEED })
  }

  return {
    async read(workspaceId, agent, hold) {
      const revision = trees.revisionOf(workspaceId)
      if (revision === null) return null
      const facts = JSON.stringify({ revision, agent, hold, entries: [] } satisfies TreeAnswer)
      const page = pages.get(workspaceId)
      if (page?.facts === facts) return page.bytes
      const bytes = write(facts, trees.get(workspaceId)?.entries ?? [])
      pages.set(workspaceId, { facts, bytes })
      return bytes
    },
    forget: (workspaceId) => void pages.delete(workspaceId),
  }
}
