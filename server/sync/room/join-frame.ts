import { type OutFrame, outFrame } from '../connection/link.ts'
import { step2Message, updateMessage } from '../messages.ts'
import type { DocumentState } from '../update/document-state.ts'
import { type AcceptedUpdate, mergeAccepted } from '../update/encode-update.ts'

/** What a cold joiner gets: the cached state as SyncStep2, then one update with what came since. */
export interface JoinFrames {
  /** in the order to be sent */
  frames(state: DocumentState): readonly OutFrame[]
  push(update: AcceptedUpdate): void
  /** forgets the cached state, at compaction and after a while without joiners */
  drop(): void
}

/** Past this share of the state, the tail is worth a new snapshot frame. */
const MAX_TAIL_SHARE = 0.1

/** L5: one encoded frame for all joiners; a joiner costs no encoding unless something was written since the last one. */
export function createJoinFrames(): JoinFrames {
  let snapshot: OutFrame | null = null
  let tailUpdates: AcceptedUpdate[] = []
  let tailBytes = 0
  let tail: OutFrame | null = null

  const drop = (): void => {
    snapshot = null
    tail = null
    tailUpdates = []
    tailBytes = 0
  }

  return {
    drop,
    push(update) {
      if (snapshot === null) return
      tailUpdates.push(update)
      tailBytes += update.bytes.length
      tail = null
      if (tailBytes > snapshot.message.length * MAX_TAIL_SHARE) drop()
    },
    frames(state) {
      snapshot ??= outFrame(step2Message(state.encodeSince(new Map())))
      if (tailUpdates.length === 0) return [snapshot]
      tail ??= outFrame(updateMessage(mergeAccepted(tailUpdates)))
      return [snapshot, tail]
    },
  }
}
