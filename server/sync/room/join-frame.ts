import { type OutFrame, outFrame } from '../connection/link.ts'
import { step2Around, updateMessage } from '../messages.ts'
import type { DocumentState } from '../update/document-state.ts'
import { type AcceptedUpdate, mergeAccepted } from '../update/encode-update.ts'

/** Past this share of the state, the tail is worth a new snapshot frame. */
const MAX_TAIL_SHARE = 0.1

/**
 * What a cold joiner gets: the cached state as SyncStep2, then one update with what came since. Encoded once for all
 * joiners (L5); a joiner costs no encoding unless something was written since the last one.
 */
export class JoinFrames {
  private snapshot: OutFrame | null = null
  private tailUpdates: AcceptedUpdate[] = []
  private tailBytes = 0
  private tail: OutFrame | null = null

  /** In the order to be sent. */
  frames(state: DocumentState): readonly OutFrame[] {
    this.snapshot ??= outFrame(step2Around((room) => state.encodeSince(new Map(), room)))
    if (this.tailUpdates.length === 0) return [this.snapshot]
    this.tail ??= outFrame(updateMessage(mergeAccepted(this.tailUpdates)))
    return [this.snapshot, this.tail]
  }

  push(update: AcceptedUpdate): void {
    if (this.snapshot === null) return
    this.tailUpdates.push(update)
    this.tailBytes += update.bytes.length
    this.tail = null
    if (this.tailBytes > this.snapshot.message.length * MAX_TAIL_SHARE) this.drop()
  }

  /** Forgets the cached state, at compaction and after a while without joiners. */
  drop(): void {
    this.snapshot = null
    this.tail = null
    this.tailUpdates = []
    this.tailBytes = 0
  }
}
