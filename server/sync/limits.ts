import { CHANNEL_WINDOW_BYTES, SYNC_LIMITS } from '#shared/protocol/sync.ts'

/** Every number of the engine in one place; tests and benchmarks override some. */
export const DEFAULT_LIMITS = {
  ...SYNC_LIMITS,
  windowBytes: CHANNEL_WINDOW_BYTES,
  burstBytes: 4 << 20,
  /** messages that wait for a channel; each costs memory however short it is */
  inboxMessages: 50_000,
  channelsPerSocket: 256,
  socketsPerUser: 64,
  /** L3, L2: frames kept while a room loads or waits for its seed */
  waitingBytes: 256 << 10,
  waitingMs: 30_000,
  /** D6 */
  heldBytes: 256 << 10,
  heldMs: 10_000,
  askAgainMs: 1_000,
  /** D1 */
  commitTickMs: 5,
  commitTickMaxMs: 15,
  commitTickBytes: 64 << 10,
  commitsAtOnce: 4,
  lockedRetryMs: 20,
  unavailableRetryMs: 100,
  unavailableRetryMaxMs: 2_000,
  /** D5: accepted but uncommitted bytes of one room, and of all */
  uncommittedRoomBytes: 8 << 20,
  uncommittedBytes: 64 << 20,
  /** L4 */
  lingerMs: 30_000,
  /** F1 */
  coalesceMembers: 8,
  coalesceMinMs: 8,
  coalesceMaxMs: 16,
  /** F2 */
  lagStartBytes: 1 << 20,
  lagEndBytes: 256 << 10,
  lagPollMs: 20,
  /** answers a client has not taken yet, beyond which it is not listened to; and beyond which its socket ends */
  unreadBytes: 4 << 20,
  unreadSocketBytes: 64 << 20,
  lagMs: 30_000,
  /** F3 */
  awarenessMs: 50,
  heartbeatMs: 1_000,
  /** P3 */
  silenceMs: 20_000,
  sweepMs: 5_000,
  /** A3 */
  recheckMs: 30_000,
  recheckGraceMs: 60_000,
  /** a mark follows this long after the last commit (see SPEC, P6) */
  markQuietMs: 500,
  /** C1 */
  compactRows: 500,
  compactBytes: 512 << 10,
  /** L6 */
  heavyBytes: 512 << 10,
} as const

export type SyncLimits = { readonly [Name in keyof typeof DEFAULT_LIMITS]: number }
