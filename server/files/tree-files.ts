import { open, readFile, rename, rm } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import type { Logger } from '#server/platform/log.ts'
import { treeEntries } from './agent-forms.ts'
import type { KeptTree, TreeStore } from './tree-store.ts'

const SAVE_AFTER_MS = 2_000
/** A line of the file; the loop is let go between two. */
const LINE_ENTRIES = 1_000

const head = z.object({
  revision: z.number().int().min(1),
  lines: z.number().int().min(0),
  generation: z.number().int().min(0).nullable().default(null),
})
const line = treeEntries(LINE_ENTRIES)

export interface TreeFiles {
  /** what was kept; null where there is nothing that can be read */
  read(workspaceId: WorkspaceId): Promise<KeptTree | null>
  /** Takes in what was kept, where nothing is known yet. */
  load(workspaceId: WorkspaceId): Promise<void>
  /** the tree changed, and will be kept soon */
  changed(workspaceId: WorkspaceId): void
  forget(workspaceId: WorkspaceId): void
  close(): Promise<void>
}

/**
 * Keeps the last tree of each workspace over restarts, so that people can read it before its agent is there. A hint:
 * the agent's first word replaces it, and where the file is missing or damaged people wait for the agent as before.
 */
export function createTreeFiles(options: {
  fileOf: (workspaceId: WorkspaceId) => string
  trees: TreeStore
  log: Logger
  saveAfterMs?: number
}): TreeFiles {
  const { fileOf, trees, log, saveAfterMs = SAVE_AFTER_MS } = options
  const due = new Map<WorkspaceId, NodeJS.Timeout>()
  let saving: Promise<void> = Promise.resolve()

  const save = async (workspaceId: WorkspaceId): Promise<void> => {
    const tree = trees.get(workspaceId)
    if (tree === null) return
    const file = fileOf(workspaceId)
    const temporary = `${file}.new`
    const target = await open(temporary, 'w', 0o600)
    try {
      const lines = Math.ceil(tree.entries.length / LINE_ENTRIES)
      await target.appendFile(
        `${JSON.stringify({ revision: tree.revision, lines, generation: trees.generationOf(workspaceId) })}\n`,
      )
      for (let at = 0; at < tree.entries.length; at += LINE_ENTRIES)
        await target.appendFile(`${JSON.stringify(tree.entries.slice(at, at + LINE_ENTRIES))}\n`)
    } finally {
      await target.close()
    }
    await rename(temporary, file)
  }

  const saveInTurn = (workspaceId: WorkspaceId): void => {
    due.delete(workspaceId)
    saving = saving
      .then(() => save(workspaceId))
      .catch((err: unknown) => log.warn({ err, workspaceId }, 'the tree could not be kept'))
  }

  const cancel = (workspaceId: WorkspaceId): void => {
    clearTimeout(due.get(workspaceId))
    due.delete(workspaceId)
  }

  const read = async (workspaceId: WorkspaceId): Promise<KeptTree | null> => {
    const text = await readFile(fileOf(workspaceId), 'utf8').catch(() => null)
    if (text === null) return null
    try {
      const [first = '', ...rest] = text.trimEnd().split('\n')
      const { revision, lines, generation } = head.parse(JSON.parse(first))
      if (lines !== rest.length) return null
      const entries: TreeEntry[] = []
      for (const one of rest) {
        entries.push(...line.parse(JSON.parse(one)))
        await nextTurn()
      }
      return { revision, entries, generation }
    } catch (err) {
      log.warn({ err, workspaceId }, 'the kept tree is damaged')
      return null
    }
  }

  return {
    read,
    async load(workspaceId) {
      if (trees.revisionOf(workspaceId) !== null) return
      const kept = await read(workspaceId)
      if (kept !== null) trees.restore(workspaceId, kept)
    },
    changed(workspaceId) {
      if (due.has(workspaceId)) return
      due.set(workspaceId, setTimeout(() => saveInTurn(workspaceId), saveAfterMs).unref())
    },
    forget(workspaceId) {
      cancel(workspaceId)
      void rm(fileOf(workspaceId), { force: true }).catch(() => {
        // It goes with the workspace's folder.
      })
    },
    async close() {
      for (const workspaceId of [...due.keys()]) {
        cancel(workspaceId)
        saveInTurn(workspaceId)
      }
      await saving
    },
  }
}
