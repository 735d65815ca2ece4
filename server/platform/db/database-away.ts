/** What Prisma calls it when no connection is to be had, or one broke. */
const PRISMA_AWAY = new Set(['P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2024', 'P2028'])
const SYSTEM_AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])
/** node-postgres gives these no code, and Prisma hides which call the first came from. */
const MESSAGES =
  /connect ENOENT|Query read timeout|timeout exceeded when trying to connect|Connection terminated|not queryable/
/** SQLSTATE: connection, resources, an administrator's stop, the system below, an idle transaction that was ended. */
const SQLSTATE = /^(?:08|53|57P|58)[0-9A-Z]+$|^25P03$/

const MAX_DEPTH = 8

/** Whether an error only says that the database cannot be reached now: no bug, and worth trying again. */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return false
  const { code, originalCode, syscall, message, cause, meta, kind } = error as Record<string, unknown>
  if (syscall === 'connect') return true
  for (const one of [code, originalCode]) {
    if (typeof one === 'string' && (PRISMA_AWAY.has(one) || SYSTEM_AWAY.has(one) || SQLSTATE.test(one))) return true
  }
  if (kind === 'DatabaseNotReachable' || kind === 'ConnectionClosed' || kind === 'SocketTimeout') return true
  if (typeof message === 'string' && MESSAGES.test(message)) return true
  const adapter = (meta as Record<string, unknown> | undefined)?.['driverAdapterError']
  return isDatabaseAway(cause, depth + 1) || isDatabaseAway(adapter, depth + 1)
}
