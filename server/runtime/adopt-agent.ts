import type { WorkspaceId } from '#shared/ids.ts'
import type { Logger } from '#server/platform/log.ts'
import { type AgentFolders, endOrphan, findOrphan, isolationOf } from './agent-process.ts'
import type { AgentStatus, Slot } from './agent-slot.ts'
import type { Sandbox } from './sandbox.ts'

/** An agent that outlived its server comes back within this. */
const ADOPT_MS = 3_000

/** Takes over agents that an earlier server started, as far as they may go on as they are. */
export function createAdoption(options: {
  readonly foldersOf: (id: WorkspaceId) => AgentFolders
  readonly sandbox: Sandbox | null
  /** one that does not end by itself is ended with force after this */
  readonly graceMs: number
  readonly onStatus: (id: WorkspaceId, status: AgentStatus) => void
  readonly stop: (id: WorkspaceId) => Promise<void>
  readonly log: Logger
}) {
  const { foldersOf, sandbox, log } = options
  const arrivals = new Map<WorkspaceId, () => void>()
  const isForbidden = (slot: Slot): boolean => sandbox?.isRequired === true && slot.isolation === 'none'

  /** Whether an agent that an earlier server started came back to us; otherwise it is ended. */
  const adopt = async (id: WorkspaceId, slot: Slot): Promise<boolean> => {
    const pid = await findOrphan(foldersOf(id))
    if (pid === null) return slot.status === 'running'
    slot.isolation = await isolationOf(pid)
    if (isForbidden(slot)) {
      log.warn({ workspaceId: id, pid }, 'an agent outside of the sandbox is ended')
      await endOrphan(pid, options.graceMs)
      return false
    }
    if (slot.status !== 'running') {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ADOPT_MS)
        arrivals.set(id, () => {
          clearTimeout(timer)
          resolve()
        })
      })
      arrivals.delete(id)
    }
    // connected() may have changed it meanwhile.
    if ((slot.status as AgentStatus) === 'running') return true
    log.warn({ workspaceId: id, pid }, 'an agent of an earlier server did not come back and is ended')
    await endOrphan(pid, 500)
    return false
  }

  /** An agent came back by itself, before anybody asked for it: as isolated as it was started. */
  const judge = async (id: WorkspaceId, slot: Slot): Promise<void> => {
    const pid = await findOrphan(foldersOf(id))
    if (pid === null || slot.child !== null) return
    slot.isolation = await isolationOf(pid)
    if (isForbidden(slot)) return options.stop(id)
    options.onStatus(id, slot.status)
  }

  /** An agent has connected: whoever waits for it goes on. */
  const arrived = (id: WorkspaceId): void => arrivals.get(id)?.()

  return { adopt, judge, arrived }
}
