/**
 * WebSocket close codes of the sync doors (P4). y-websocket stops retrying on 4400–4499 and retries all
 * others, so a refusal that would repeat uses 44xx. On a multiplexed channel they close the channel only.
 */
export const CLOSE = {
  textFrame: 1003,
  undecodable: 1007,
  tooBig: 1009,
  /** restarting, or the role changed: reconnect and be judged again */
  restarting: 1012,
  /** too slow, or overloaded: retry later */
  overloaded: 1013,
  sessionExpired: 4401,
  accessRevoked: 4403,
  noSuchDocument: 4404,
  epochChanged: 4410,
  contentRefused: 4422,
} as const

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE]

/** y-websocket retries after any other code. */
export const isFinalClose = (code: number): boolean => code >= 4400 && code < 4500
