import * as Y from 'yjs'
import { writeText } from '../sync/text-edit.ts'
import { mayHaveCutCharacters } from './cut-characters.ts'
import { browserLeisure, createIdleCheck } from './idle-check.ts'
import { CAPTURE_MS, replaceHistory } from './model-history.ts'
import { monaco } from './monaco.ts'
import { replaceText } from './replace-text.ts'
import { createComparison, piecesOf } from './text-comparison.ts'
import {
  type DeltaStep,
  deltaToEdits,
  replacementEdits,
  smallestEdit,
  type TextEdit,
  withoutCarriageReturns,
} from './text-operations.ts'
import { holdViewports } from './viewport.ts'

type Editor = monaco.editor.ICodeEditor

/** A part of the text that came from somebody: offsets in the text after the change. */
export interface WrittenPart {
  readonly clientId: number
  readonly offset: number
  readonly length: number
}

export interface TextBinding {
  /** true while a colleague's change goes into the model: caret and content events are not the person's own */
  readonly isApplyingRemote: () => boolean
  readonly attach: (editor: Editor) => () => void
  readonly onWritten: (listener: (parts: readonly WrittenPart[]) => void) => () => void
  /** Ctrl-Z reaches what the server did for this person here (T4): after what was typed since, before what was before. */
  readonly noteOutside: (undo: () => void) => () => void
  /** Makes it this text by what differs alone: one step of the person's own to undo. */
  readonly replace: (wanted: string) => void
  readonly dispose: () => void
}

/**
 * How the editor came to differ from the shared text: seen at once by its length, where correcting that was not
 * enough, or seen in leisure.
 */
export type Repair = 'length' | 'whole' | 'leisure'

/** Monaco folds an edit list beyond 1,000 into one, which loses every caret in between. */
const EDITS_AT_ONCE = 900
const BIG_REPLACE_UNITS = 2_000

/**
 * Keeps a Monaco model and a Y.Text the same (T3), with undo of one's own edits alone (T4). `onRepair` hears of each
 * correction that no known cause explains.
 */
export function bindText(
  text: Y.Text,
  model: monaco.editor.ITextModel,
  onRepair: (repair: Repair) => void = () => undefined,
): TextBinding {
  const origin = { binding: model.uri.toString() }
  const editors = new Set<Editor>()
  const writtenListeners = new Set<(parts: readonly WrittenPart[]) => void>()
  /** Own changes that do not come from the editor, and so go into it as others' do. */
  const outside = { outside: model.uri.toString() }
  const trackedOrigins = new Set<unknown>([origin, outside])
  const undoManager = new Y.UndoManager(text, { trackedOrigins, captureTimeout: CAPTURE_MS })
  let remoteDepth = 0
  let composing = 0
  let awaitsLineEndings = false
  let isDisposed = false

  const asRemote = (change: () => void): void => {
    remoteDepth += 1
    try {
      change()
    } finally {
      remoteDepth -= 1
    }
  }
  const applyToModel = (edits: readonly TextEdit[]): void => {
    const operations = edits.map(({ offset, deleteLength, insert }) => {
      const start = model.getPositionAt(offset)
      const end = deleteLength > 0 ? model.getPositionAt(offset + deleteLength) : start
      return { range: monaco.Range.fromPositions(start, end), text: insert, forceMoveMarkers: false }
    })
    asRemote(() => {
      for (let end = operations.length; end > 0; end -= EDITS_AT_ONCE)
        model.applyEdits(operations.slice(Math.max(0, end - EDITS_AT_ONCE), end))
    })
  }
  const applyToText = (edits: readonly TextEdit[]): void => {
    for (const { offset, deleteLength, insert } of edits) {
      if (deleteLength > 0) text.delete(offset, deleteLength)
      if (insert !== '') text.insert(offset, insert)
    }
  }

  /** The shared text wins. An edit that the model takes differently must not leave a second difference behind. */
  const correct = (): void => {
    const wanted = withoutCarriageReturns(text.toString())
    applyToModel(smallestEdit(0, model.getValue(), wanted))
    if (model.getValue() === wanted) return
    onRepair('whole')
    asRemote(() => replaceText(model, editors, wanted))
  }
  /** Comparing lengths costs nothing; what keeps the length is found in leisure. */
  const verify = (mayDiffer = false): void => {
    idleCheck.changed()
    const isLength = model.getValueLength() === text.length
    if (isLength && !mayDiffer) return
    if (!mayDiffer) onRepair('length')
    correct()
  }
  const idleCheck = createIdleCheck({
    leisure: browserLeisure,
    begin: () => createComparison(model.createSnapshot(), piecesOf(text)),
    // What an input method holds in the line must not be replaced under its hands.
    isBusy: () => composing > 0,
    onDifferent: () => {
      onRepair('leisure')
      correct()
    },
  })
  /** Only deletes and inserts of breaks, so two people doing this at once do no harm. */
  const removeCarriageReturns = (): void => {
    const value = text.toString()
    if (!value.includes('\r')) return
    text.doc?.transact(() => {
      for (let i = value.length - 1; i >= 0; i--) {
        if (value[i] !== '\r') continue
        if (value[i + 1] !== '\n') text.insert(i + 1, '\n')
        text.delete(i, 1)
      }
    }, 'line-endings')
  }

  /** After the transaction: a text must not be changed while its listeners are told of a change. */
  const mendLineEndingsSoon = (): void => {
    if (awaitsLineEndings) return
    awaitsLineEndings = true
    queueMicrotask(() => {
      awaitsLineEndings = false
      if (isDisposed) return
      removeCarriageReturns()
      verify(true)
    })
  }

  const tellWritten = (delta: readonly DeltaStep[]): void => {
    if (writtenListeners.size === 0) return
    const parts: WrittenPart[] = []
    let offset = 0
    for (const step of delta) {
      if (typeof step.insert === 'string') {
        const writer = Y.createRelativePositionFromTypeIndex(text, offset).item?.client
        if (writer !== undefined) parts.push({ clientId: writer, offset, length: step.insert.length })
        offset += step.insert.length
      }
      offset += step.retain ?? 0
    }
    if (parts.length > 0) for (const listener of writtenListeners) listener(parts)
  }

  const onRemote = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin !== origin) {
      const restore = holdViewports(model, editors)
      applyToModel(deltaToEdits(event.delta))
      restore()
      const hasReturn = event.delta.some((step) => typeof step.insert === 'string' && step.insert.includes('\r'))
      if (hasReturn) mendLineEndingsSoon()
      else if (!awaitsLineEndings) verify(mayHaveCutCharacters(transaction))
    }
    tellWritten(event.delta)
  }
  const onLocal = (event: monaco.editor.IModelContentChangedEvent): void => {
    if (remoteDepth > 0) return
    if (model.getEOL() !== '\n') asRemote(() => model.setEOL(monaco.editor.EndOfLineSequence.LF))
    text.doc?.transact(() => {
      if (event.isFlush || event.isEolChange)
        return applyToText(replacementEdits(0, text.toString(), model.getValue().toWellFormed()))
      // Monaco lists changes from the last to the first, so each offset holds when its turn comes.
      for (const change of event.changes) {
        // Half a character has no encoding: everybody else would get another text.
        const insert = withoutCarriageReturns(change.text).toWellFormed()
        const isBig = change.rangeLength > BIG_REPLACE_UNITS && insert.length > BIG_REPLACE_UNITS
        const { rangeOffset: offset, rangeLength: deleteLength } = change
        if (isBig) applyToText(replacementEdits(offset, text.toString().slice(offset, offset + deleteLength), insert))
        else applyToText([{ offset, deleteLength, insert }])
      }
    }, origin)
    verify(event.changes.some((change) => !change.text.isWellFormed()))
  }

  const focused = (): Editor | undefined => [...editors].find((e) => e.getModel() === model && e.hasTextFocus())
  undoManager.on('stack-item-popped', () => {
    const editor = focused()
    const caret = editor?.getPosition()
    if (editor && caret) editor.revealPositionInCenterIfOutsideViewport(caret)
  })

  removeCarriageReturns()
  // A caret waits at the beginning of what is opened; text inserted there would push it to the end.
  if (model.getValueLength() === 0) asRemote(() => model.setValue(withoutCarriageReturns(text.toString())))
  model.setEOL(monaco.editor.EndOfLineSequence.LF)
  verify(true)
  const history = replaceHistory(model, undoManager)
  text.observe(onRemote)
  const listening = model.onDidChangeContent(onLocal)

  return {
    isApplyingRemote: () => remoteDepth > 0,
    attach: (editor) => {
      editors.add(editor)
      let isComposing = false
      const setComposing = (is: boolean): void => {
        if (is !== isComposing) composing += is ? 1 : -1
        isComposing = is
        if (is) history.beginComposition()
        else history.endComposition()
      }
      const started = editor.onDidCompositionStart(() => setComposing(true))
      const ended = editor.onDidCompositionEnd(() => setComposing(false))
      return () => {
        editors.delete(editor)
        if (isComposing) setComposing(false)
        started.dispose()
        ended.dispose()
      }
    },
    noteOutside: history.noteOutside,
    onWritten: (listener) => {
      writtenListeners.add(listener)
      return () => writtenListeners.delete(listener)
    },
    replace: (wanted) => {
      undoManager.stopCapturing()
      writeText(text, withoutCarriageReturns(wanted), outside)
      undoManager.stopCapturing()
    },
    dispose: () => {
      if (isDisposed) return
      isDisposed = true
      text.unobserve(onRemote)
      listening.dispose()
      idleCheck.stop()
      history.dispose()
      undoManager.destroy()
      editors.clear()
      writtenListeners.clear()
    },
  }
}
