import * as decoding from 'lib0/decoding'
import { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { CLOSE, isFinalClose } from '#shared/protocol/close-codes.ts'
import { type AwarenessUser, MESSAGE, TEXT_NAME } from '#shared/protocol/sync.ts'
import { channelSocketClass } from './channel-socket.ts'
import type { MuxConnection } from './mux-connection.ts'
import type { OpenStore, StoreName } from './offline-store.ts'
import { isSaved, pendingEdits, type SaveEvent, type SaveTrack, startTrack, trackSave } from './save-state.ts'

/** What an editor works with; recovery replaces it by a fresh one. */
export interface Replica {
  readonly doc: Y.Doc
  readonly text: Y.Text
  readonly awareness: Awareness
}

export interface LiveReplica extends Replica {
  readonly track: () => SaveTrack
  /** the text on which the edits not yet durable stand; null where unknown or too large to keep */
  readonly base: () => string | null
  /** of the edits not yet durable, how many this browser's store has */
  readonly keptEdits: () => number
  /** where the log stood when the newest acknowledged edit was in it; 0 before the first acknowledgement */
  readonly durableSeq: () => number
  readonly isOverloaded: () => boolean
  /** connects again after a final close, when its cause is gone */
  readonly resume: () => void
  readonly dropStore: () => Promise<void>
  readonly close: () => void
}

export interface ReplicaOptions {
  readonly mux: MuxConnection
  readonly openStore: OpenStore
  readonly name: StoreName
  readonly path: string
  readonly user: AwarenessUser
  readonly onChange: () => void
  readonly onAnswered: () => void
  readonly onFinalClose: (code: number) => void
  /** from a content frame to its acknowledgement */
  readonly onRoundTrip: (ms: number) => void
}

const MAX_BASE_UNITS = 1 << 20

/** One Y.Doc with its provider, its store and the account of what is durable. */
export function createReplica(options: ReplicaOptions): LiveReplica {
  const { mux, name, onChange } = options
  const doc = new Y.Doc()
  const text = doc.getText(TEXT_NAME)
  const awareness = new Awareness(doc)
  awareness.setLocalStateField('user', options.user)
  let track = startTrack(0)
  let base: string | null = null
  let durableSeq = 0
  let isOverloaded = false
  let isClosed = false
  let sentAt: number[] = []
  /** counted as in `track`: up to this edit all are in the store */
  let newestKept = 0
  let isAskingStore = false

  /** What only this browser has is told as kept once it is. */
  const askStore = (): void => {
    if (isAskingStore || isClosed || track.isOpen || newestKept >= track.madeEdits) return
    isAskingStore = true
    const asked = track.madeEdits
    void store.whenKept().then(() => {
      isAskingStore = false
      newestKept = Math.max(newestKept, asked)
      onChange()
      askStore()
    })
  }
  const record = (event: SaveEvent): void => {
    track = trackSave(track, event)
    if (isSaved(track)) isOverloaded = false
    store.note(pendingEdits(track), base)
    // The store hears of the edit after us.
    queueMicrotask(askStore)
    onChange()
  }

  // Reading `event.delta` in an observer is a local transaction of its own, after the edit and before it is counted.
  let isOutermost = false
  doc.on('beforeAllTransactions', () => void (isOutermost = true))
  doc.on('beforeTransaction', (transaction: Y.Transaction) => {
    const isEdit = isOutermost && transaction.local
    isOutermost = false
    if (isEdit && pendingEdits(track) === 0) base = text.length <= MAX_BASE_UNITS ? text.toString() : null
  })
  // Before the provider's own listener: the edit is counted when its frame is made.
  doc.on('update', (_bytes: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    if (transaction.local) record({ type: 'edited' })
  })

  const provider = new WebsocketProvider('mux:', name.documentId, doc, {
    connect: false,
    disableBc: true,
    awareness,
    WebSocketPolyfill: channelSocketClass(mux, name.documentId, name.epoch, {
      newestEdit: () => track.madeEdits,
      onOpened: ({ isReadOnly }) => record({ type: 'opened', isReadOnly }),
      onAnswered: () => {
        record({ type: 'answered' })
        options.onAnswered()
      },
      onSent: (edits, offer) => {
        sentAt.push(Date.now())
        record({ type: 'sent', edits, offer })
      },
      onClosed: (code) => {
        if (code === CLOSE.overloaded) isOverloaded = true
        sentAt = []
        record({ type: 'closed' })
        if (isFinalClose(code) && !isClosed) options.onFinalClose(code)
      },
    }),
  })
  // After the provider's own listener: an edit is on its way to colleagues before it is written here.
  const store = options.openStore(name, options.path, doc, () => track.isOpen)
  provider.messageHandlers[MESSAGE.acknowledged] = (_encoder, decoder) => {
    const before = track.acknowledgedFrames
    const frames = decoding.readVarUint(decoder)
    // Before anybody hears of it.
    durableSeq = decoding.readVarUint(decoder)
    record({ type: 'acknowledged', frames })
    const newest = sentAt.splice(0, track.acknowledgedFrames - before).at(-1)
    if (newest !== undefined) options.onRoundTrip(Date.now() - newest)
  }

  // Where the log stands is for clients that keep no Y.Doc; unread, y-websocket would complain about it.
  provider.messageHandlers[MESSAGE.mark] = () => undefined

  // While the store loads.
  mux.prepare()
  // A store that loads after the connection would send colleagues' structs as ours (A4): load first.
  void store.whenLoaded.then((loaded) => {
    if (isClosed) return
    newestKept += loaded.carriedEdits
    track = { ...startTrack(loaded.carriedEdits + track.madeEdits), durableEdits: track.durableEdits }
    base ??= loaded.base
    provider.connect()
    onChange()
  })

  const close = (): void => {
    if (isClosed) return
    isClosed = true
    provider.destroy()
    awareness.destroy()
    void store.close()
    doc.destroy()
  }
  return {
    doc,
    text,
    awareness,
    track: () => track,
    base: () => base,
    keptEdits: () => Math.min(pendingEdits(track), Math.max(0, newestKept - track.durableEdits)),
    durableSeq: () => durableSeq,
    isOverloaded: () => isOverloaded,
    resume: () => provider.connect(),
    dropStore: () => store.clear(),
    close,
  }
}
