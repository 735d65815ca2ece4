import type { WorkspaceId } from '#shared/ids.ts'
import type { Logger } from '#server/platform/log.ts'

/** Puts a line that an agent wrote into this server's log. */
export function passOn(log: Logger, workspaceId: WorkspaceId, line: string): void {
  try {
    const { level, msg, ...facts } = JSON.parse(line) as { level: string; msg: string }
    const write = level === 'error' ? log.error : level === 'warn' ? log.warn : log.info
    write.call(log, { ...facts, workspaceId }, `agent: ${msg}`)
  } catch {
    // Not one of its own lines: something of Node's.
    log.warn({ workspaceId, line: line.slice(0, 500) }, 'agent said')
  }
}
