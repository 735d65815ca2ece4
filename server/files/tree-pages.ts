import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { AgentStatus, TreeAnswer } from '#shared/api/files.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeStore } from './tree-store.ts'

/** Written out between two turns of the loop. */
const SLICE_ENTRIES = 2_000

const compress = promisify(gzip)

/** The tree of each workspace as the bytes that browsers are sent: written out once a revision, whoever asks. */
export interface TreePages {
  /** a `TreeAnswer` as JSON in gzip; null where no tree is known */
  read(workspaceId: WorkspaceId, agent: AgentStatus): Promise<Buffer | null>
  forget(workspaceId: WorkspaceId): void
}

export function createTreePages(trees: Pick<TreeStore, 'get' | 'revisionOf'>): TreePages {
  const pages = new Map<WorkspaceId, { revision: number; agent: AgentStatus; bytes: Promise<Buffer> }>()

  const write = async (workspaceId: WorkspaceId, agent: AgentStatus): Promise<Buffer> => {
    const { revision, entries } = trees.get(workspaceId) ?? { revision: 0, entries: [] }
    const facts = { revision, agent, entries: [] } satisfies TreeAnswer
    const pieces = [JSON.stringify(facts).slice(0, -2)]
    for (let at = 0; at < entries.length; at += SLICE_ENTRIES) {
      if (at > 0) await nextTurn()
      pieces.push(at > 0 ? ',' : '', JSON.stringify(entries.slice(at, at + SLICE_ENTRIES)).slice(1, -1))
    }
    return compress(`${pieces.join('')}]}`, { level: constants.Z_BEST_SPEED })
  }

  return {
    async read(workspaceId, agent) {
      const revision = trees.revisionOf(workspaceId)
      if (revision === null) return null
      const page = pages.get(workspaceId)
      if (page?.revision === revision && page.agent === agent) return page.bytes
      const bytes = write(workspaceId, agent)
      pages.set(workspaceId, { revision, agent, bytes })
      return bytes
    },
    forget: (workspaceId) => void pages.delete(workspaceId),
  }
}
