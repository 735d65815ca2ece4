import { CLOSE } from '#shared/protocol/close-codes.ts'
import type { AwarenessUser } from '#shared/protocol/sync.ts'
import { mergeThreeWay } from '#shared/text-merge.ts'
import { describeDocument, type DocumentState, type EndReason, endReason } from './document-state.ts'
import type { MuxConnection } from './mux-connection.ts'
import type { OpenStore } from './offline-store.ts'
import type { RecoverOlder } from './older-stores.ts'
import type { RecoveredCopies, RecoveredCopy } from './recovered-copies.ts'
import { createReplica, type LiveReplica, type Replica } from './replica.ts'
import { isSaved, pendingEdits } from './save-state.ts'
import { writeText } from './text-edit.ts'

export interface DocumentTarget {
  readonly documentId: string
  readonly epoch: number
  readonly path: string
}

export interface SessionOptions {
  readonly target: DocumentTarget
  readonly mux: MuxConnection
  readonly openStore: OpenStore
  readonly recoverOlder: RecoverOlder
  readonly user: AwarenessUser
  readonly copies: RecoveredCopies
  /** asks which epoch the document has now, after the server said that ours is over */
  readonly reopen: () => Promise<DocumentTarget>
  readonly onClose: () => void
  readonly onRoundTrip: (ms: number) => void
}

/** One open document as the rest of the client sees it, over reconnects and recoveries. */
export interface DocumentSession {
  readonly documentId: string
  readonly path: () => string
  readonly rename: (path: string) => void
  /** the current replica; another object after a recovery */
  readonly replica: () => Replica
  readonly state: () => DocumentState
  /** the log's seq at which every edit acknowledged so far is in it; 0 before the first acknowledgement */
  readonly durableSeq: () => number
  readonly isReadOnly: () => boolean
  /** the text is the server's, or what this browser kept of it */
  readonly isReady: () => boolean
  readonly subscribe: (listener: () => void) => () => void
  /** the person signed in again, or the network is back */
  readonly resume: () => void
  /** the connection has failed at least once: waiting is no longer "opening" */
  readonly noteOffline: () => void
  readonly close: () => void
}

const SLOW_MS = 5_000

interface Carried {
  readonly mine: string
  readonly base: string | null
  readonly reason: RecoveredCopy['reason']
}

/** Joins a document and keeps the person's edits through whatever happens to the connection (A7). */
export function openDocumentSession(options: SessionOptions): DocumentSession {
  const listeners = new Set<() => void>()
  let { target } = options
  let end: EndReason | null = null
  let isFirst = true
  let isSlow = false
  let carried: Carried | null = null
  let slowTimer: ReturnType<typeof setTimeout> | null = null
  let isClosed = false
  let state: DocumentState = { status: 'connecting' }

  const watchSlowness = (): void => {
    const isWaiting = state.status === 'saving'
    if (isWaiting && slowTimer === null)
      slowTimer = setTimeout(() => {
        isSlow = true
        changed()
      }, SLOW_MS)
    if (isWaiting || slowTimer === null) return
    clearTimeout(slowTimer)
    slowTimer = null
    isSlow = false
  }
  const changed = (): void => {
    if (isClosed) return
    const track = replica.track()
    if (isSaved(track)) isFirst = false
    const [keptEdits, isTooSlow] = [replica.keptEdits(), isSlow || replica.isOverloaded()]
    const next = describeDocument({ track, keptEdits, end, isFirst, isSlow: isTooSlow })
    const isSame = JSON.stringify(next) === JSON.stringify(state)
    state = next
    watchSlowness()
    if (!isSame) for (const listener of listeners) listener()
  }

  /** Takes my text out of the old replica and starts a fresh one from what the server has. */
  const startAgain = async (reason: RecoveredCopy['reason']): Promise<void> => {
    const old = replica
    if (pendingEdits(old.track()) > 0) carried = { mine: old.text.toString(), base: old.base(), reason }
    // Kept before the store goes: a crash between the two must lose nothing.
    if (carried !== null && reason !== 'conflict') await keepCopy(carried)
    old.close()
    await old.dropStore()
    if (isClosed) return
    replica = start()
    for (const listener of listeners) listener()
    changed()
  }
  const keepCopy = ({ mine, base, reason }: Carried): Promise<void> =>
    options.copies.keep({ documentId: target.documentId, path: target.path, reason, mine, base, at: Date.now() })

  /** The fresh replica has the server's text: what I had goes in by lines, or is kept for me to look at. */
  const carryOver = (): void => {
    const edits = carried
    carried = null
    if (edits === null || edits.reason !== 'conflict') return
    const theirs = replica.text.toString()
    if (edits.mine === theirs) return
    const merge = edits.base === null ? null : mergeThreeWay(edits.base, edits.mine, theirs)
    if (merge === null || merge.hasConflict || replica.track().isReadOnly) void keepCopy(edits)
    if (merge !== null && !replica.track().isReadOnly) writeText(replica.text, merge.text, 'carried-over')
  }

  const start = (): LiveReplica =>
    createReplica({
      mux: options.mux,
      openStore: options.openStore,
      name: { userId: options.user.id, documentId: target.documentId, epoch: target.epoch },
      path: target.path,
      user: options.user,
      onRoundTrip: options.onRoundTrip,
      onChange: () => queueMicrotask(changed),
      onAnswered: () => {
        // Demoted with edits under way: a read-only channel never asks for them, so they would wait for ever.
        if (replica.track().isReadOnly && pendingEdits(replica.track()) > 0) void startAgain('demoted')
        else carryOver()
      },
      onFinalClose: (code) => {
        if (code === CLOSE.contentRefused) return void startAgain('refused')
        if (code === CLOSE.epochChanged) return void followEpoch()
        end = endReason(code)
        if (end === 'revoked') void keepBeforeWipe()
        changed()
      },
    })
  const followEpoch = async (): Promise<void> => {
    const next = await options.reopen().catch(() => {
      // Whatever the cause: the person is told that the document is closed, their edits stay in the store, and
      // `resume` connects again, is refused for the epoch again, and so asks again.
      return null
    })
    if (isClosed) return
    if (next === null) {
      end = 'failed'
      return changed()
    }
    target = next
    await startAgain('conflict')
  }
  const keepBeforeWipe = async (): Promise<void> => {
    if (pendingEdits(replica.track()) > 0)
      await keepCopy({ mine: replica.text.toString(), base: replica.base(), reason: 'demoted' })
    await replica.dropStore()
  }

  /** What an earlier visit kept under an epoch that ended since (A7): nobody would ever see it again. */
  const recoverOlder = async ({ documentId, epoch, path }: DocumentTarget): Promise<void> => {
    try {
      await options.recoverOlder({ userId: options.user.id, documentId, epoch }, ({ epoch: ended, mine, base }) => {
        const id = `${documentId}/${ended}`
        return options.copies.keep({ id, documentId, path, reason: 'restored', mine, base, at: Date.now() })
      })
    } catch (cause) {
      // The store is removed last, so what failed now is found at the next opening.
      console.error('Edits of an earlier epoch could not be recovered yet.', cause)
    }
  }

  let replica: LiveReplica = start()
  void recoverOlder(target)
  return {
    documentId: target.documentId,
    path: () => target.path,
    rename: (path) => {
      target = { ...target, path }
    },
    replica: () => replica,
    state: () => state,
    durableSeq: () => replica.durableSeq(),
    isReadOnly: () => replica.track().isReadOnly,
    isReady: () => replica.track().isAnswered || replica.text.length > 0 || !isFirst,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    resume: () => {
      if (end !== 'signed-out' && end !== 'failed') return
      end = null
      replica.resume()
      changed()
    },
    noteOffline: () => {
      isFirst = false
      changed()
    },
    close: () => {
      if (isClosed) return
      isClosed = true
      if (slowTimer !== null) clearTimeout(slowTimer)
      replica.close()
      listeners.clear()
      options.onClose()
    },
  }
}
