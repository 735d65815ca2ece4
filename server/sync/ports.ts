import type { Actor } from '#shared/access/actor.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { AwarenessUser } from '#shared/protocol/sync.ts'
import type { Clock } from './clock.ts'
import type { HeavyWork } from './heavy/heavy-work.ts'
import type { SyncLimits } from './limits.ts'
import type { DocumentLog } from './log/document-log.ts'
import type { Random } from './random.ts'

/** What an actor may do with a document. A document of a foreign workspace is missing, never forbidden. */
export type ChannelAccess =
  | {
      readonly status: 'ok'
      readonly canWrite: boolean
      /** what others see of this person; written over whatever the client says (F3) */
      readonly user: AwarenessUser
      readonly workspaceId: WorkspaceId
      readonly epoch: number
    }
  | { readonly status: 'missing' | 'forbidden' }

export type GrantedAccess = Extract<ChannelAccess, { status: 'ok' }>

/** One binary socket, so that the simulation needs no network. */
export interface SocketLike {
  /** bytes handed to send() that have not left yet */
  readonly bufferedAmount: number
  send(bytes: Uint8Array): void
  close(code: number, reason: string): void
  /** stops and starts reading, so that TCP slows the other side down */
  pause(): void
  resume(): void
  onMessage(listener: (data: Uint8Array, isBinary: boolean) => void): void
  /** called once, however the socket ends */
  onClose(listener: () => void): void
}

/** The part of the platform's logger that sync uses. */
export interface SyncLogger {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** The part of the control bus that sync hears (A3). */
export interface ControlSource {
  subscribe(listener: (event: ControlEvent) => void): () => void
}

/** Observations for metrics; all optional work, nothing depends on it. */
export interface SyncMetrics {
  acknowledged(frames: number, msSinceReceived: number): void
  committed(rows: number, bytes: number, ms: number): void
  closed(code: number): void
}

export interface SyncOptions {
  readonly log: DocumentLog
  readonly authorize: (actor: Actor, documentId: DocumentId) => Promise<ChannelAccess>
  /** false once the actor's session, guest pass or token no longer stands; asked at each opening and every 30 s (A3) */
  readonly loadActorStillValid?: (actor: Actor) => Promise<boolean>
  /** somebody waits for a document whose log is empty: have it seeded */
  readonly onSeedNeeded: (documentId: DocumentId) => void
  /** an edit of this person was accepted; at most once a second a document */
  readonly onActivity: (documentId: DocumentId, userId: string, at: number) => void
  readonly control: ControlSource
  readonly logger: SyncLogger
  readonly clock?: Clock
  readonly random?: Random
  readonly limits?: Partial<SyncLimits>
  readonly metrics?: SyncMetrics
  readonly heavy?: HeavyWork
}
