import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import type { DiskConflict } from '#shared/protocol/agent.ts'
import { MESSAGE, SYNC_LIMITS, SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import type { TextEdit } from '#shared/text-diff.ts'
import type { MuxLink } from './mux-link.ts'
import { createOthers } from './others.ts'
import { conflictsOn, joinedBy } from './plan-conflicts.ts'
import { planEdits } from './plan-edits.ts'
import { joinStanding, standingLines } from './standing-lines.ts'

/** Our own copy of one document, kept equal to the others' by sync; an ordinary Yjs client but for P6. */
export interface DocumentReplica {
  text(): string
  /**
   * The updates that do to the document what others did to its text of an earlier moment: made on a fork of the moment,
   * so that they join what people did since as edits do. `past` is its state: what the log held, and what we added.
   * Cut into frames that the server takes; nothing of it is in the document yet. `seen` is the moment's text on the
   * disk, `elsewhere` other moments of which they may have read something. `text` is what the moment's state and the
   * updates make: without what both sides have, taken once. `conflicts`: where both wrote over the same words, so that
   * the updates make a text that nobody wrote.
   */
  plan(
    past: {
      readonly logged: readonly Uint8Array[]
      readonly added: readonly Uint8Array[]
      readonly seen?: string
      readonly elsewhere?: readonly (readonly Uint8Array[])[]
    },
    theirs: string,
  ): { readonly updates: Uint8Array[]; readonly text: string; readonly conflicts: readonly DiskConflict[] }
  /** Applying updates twice is applying them once. */
  apply(updates: readonly Uint8Array[], origin: string): void
  /** everything here is in the log, and all that was in the log when it connected is here */
  whenSaved(): Promise<void>
  /** somebody else is in the document */
  isShared(): boolean
  close(): void
}

const EDIT_CHUNK_UNITS = 128 << 10
const STEP2_MAX_BYTES = SYNC_LIMITS.frameBytes - 1024

const syncMessage = (step: number, body: Uint8Array): Uint8Array => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, MESSAGE.sync)
  encoding.writeVarUint(encoder, step)
  encoding.writeVarUint8Array(encoder, body)
  return encoding.toUint8Array(encoder)
}

/** Pieces of bounded size; a surrogate pair stays whole, since Yjs replaces halves. */
const pieces = (insert: string): string[] => {
  const found: string[] = []
  for (let at = 0; at < insert.length;) {
    let end = Math.min(insert.length, at + EDIT_CHUNK_UNITS)
    if (end < insert.length && /[\ud800-\udbff]/.test(insert[end - 1]!)) end--
    found.push(insert.slice(at, end))
    at = end
  }
  return found
}

const editText = (doc: Y.Doc, edits: readonly TextEdit[]): void => {
  const text = doc.getText(TEXT_NAME)
  const isSmall = edits.reduce((sum, edit) => sum + edit.insert.length, 0) <= EDIT_CHUNK_UNITS
  const all = (): void => {
    // From the end, so that what was done does not move what is left to do.
    for (const { index, remove, insert } of edits.toReversed()) {
      if (remove > 0) text.delete(index, remove)
      for (const piece of pieces(insert).toReversed()) text.insert(index, piece)
    }
  }
  // Outside of a transaction every change is an update of its own.
  if (isSmall) doc.transact(all)
  else all()
}

export function createDocumentReplica(options: {
  link: MuxLink
  documentId: DocumentId
  epoch: number
  /** somebody else's edit, or our own, changed the text */
  onChange: () => void
  /** the server refuses us for good */
  onRefused: (code: number) => void
  /** of each fork, which is a client of its own */
  newClientId?: (() => number) | undefined
}): DocumentReplica {
  const doc = new Y.Doc()
  const text = doc.getText(TEXT_NAME)
  const others = createOthers()
  let send: ((message: Uint8Array) => void) | null = null
  let isSynced = false
  let sent = 0
  let acknowledged = 0
  /** our own updates that are not known to be in the log */
  let unsaved: Uint8Array[] = []
  let waiting: { resolve(): void; reject(error: Error): void }[] = []

  const sendContent = (step: number, body: Uint8Array): void => {
    if (send === null) return
    sent++
    send(syncMessage(step, body))
  }

  const check = (): void => {
    if (send === null || !isSynced || acknowledged < sent) return
    unsaved = []
    const ready = waiting
    waiting = []
    for (const { resolve } of ready) resolve()
  }

  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== options.link) {
      unsaved.push(update)
      sendContent(SYNC_STEP.update, update)
    }
    options.onChange()
  })

  const answerStep1 = (vector: Uint8Array): void => {
    const missing = Y.encodeStateAsUpdate(doc, vector)
    if (missing.length <= STEP2_MAX_BYTES) return sendContent(SYNC_STEP.step2, missing)
    for (const update of unsaved) sendContent(SYNC_STEP.update, update)
    sendContent(SYNC_STEP.step2, Y.encodeStateAsUpdate(new Y.Doc()))
  }

  const onMessage = (message: Uint8Array): void => {
    const decoder = decoding.createDecoder(message)
    switch (decoding.readVarUint(decoder)) {
      case MESSAGE.sync: {
        const step = decoding.readVarUint(decoder)
        const body = decoding.readVarUint8Array(decoder)
        if (step === SYNC_STEP.step1) answerStep1(body)
        else {
          Y.applyUpdate(doc, body, options.link)
          if (step === SYNC_STEP.step2) isSynced = true
        }
        break
      }
      case MESSAGE.awareness:
        others.receive(decoding.readVarUint8Array(decoder))
        break
      case MESSAGE.acknowledged:
        acknowledged = decoding.readVarUint(decoder)
        break
    }
    check()
  }

  const channel = options.link.open(options.documentId, options.epoch, {
    onOpened: (give) => {
      send = give
      isSynced = false
      sent = acknowledged = 0
      send(syncMessage(SYNC_STEP.step1, Y.encodeStateVector(doc)))
    },
    onMessage,
    onClosed: (code) => {
      send = null
      others.clear()
      if (code === null) return
      const error = new Error(`refused with ${code}`)
      for (const { reject } of waiting) reject(error)
      waiting = []
      options.onRefused(code)
    },
  })

  return {
    text: () => text.toJSON(),
    plan({ logged, added, seen, elsewhere = [] }, theirs) {
      // What the log has is ours too: its frame may only be on its way.
      for (const state of logged) Y.applyUpdate(doc, state, options.link)
      const fork = new Y.Doc()
      if (options.newClientId !== undefined) fork.clientID = options.newClientId()
      for (const update of [...logged, ...added]) Y.applyUpdate(fork, update)
      const mine = text.toJSON()
      const standing = joinStanding(elsewhere.map((updates) => standingLines(updates, doc, fork)))
      const edits = planEdits(fork.getText(TEXT_NAME).toJSON(), mine, theirs, { seen, standing })
      const found = conflictsOn(fork, mine, theirs)
      const updates: Uint8Array[] = []
      fork.on('update', (update: Uint8Array) => updates.push(update))
      editText(fork, edits)
      const made = fork.getText(TEXT_NAME).toJSON()
      fork.destroy()
      return { updates, text: made, conflicts: joinedBy(doc, updates, found) }
    },
    apply(updates, origin) {
      for (const update of updates) Y.applyUpdate(doc, update, origin)
    },
    whenSaved: () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        check()
      }),
    isShared: () => others.count() > 0,
    close() {
      for (const { reject } of waiting) reject(new Error('closed'))
      waiting = []
      channel.close()
      doc.destroy()
    },
  }
}
