import * as Y from 'yjs'
import type { monaco } from './monaco.ts'

/** Every way to undo (Ctrl+Z, menu, `beforeinput`) ends in these members of the model, which its type leaves out. */
interface ModelHistory {
  undo: () => void
  redo: () => void
  canUndo: () => boolean
  canRedo: () => boolean
  pushStackElement: () => void
}

export interface History {
  /** Something of this person's that the server undoes, in its place between their own edits; the answer forgets it. */
  readonly noteOutside: (undo: () => void) => () => void
  readonly beginComposition: () => void
  readonly endComposition: () => void
  readonly dispose: () => void
}

/** Made when there were so many steps of the person's own. */
interface Outside {
  readonly after: number
  readonly undo: () => void
}

export const CAPTURE_MS = 500

/** Puts the person's own Y.UndoManager in the place of the model's undo stack (T4). */
export function replaceHistory(model: monaco.editor.ITextModel, undoManager: Y.UndoManager): History {
  const history = model as unknown as ModelHistory
  const push = history.pushStackElement.bind(model)
  let isComposing = false
  let outside: readonly Outside[] = []
  const nextOutside = (): Outside | null => {
    const last = outside.at(-1)
    return last !== undefined && last.after >= undoManager.undoStack.length ? last : null
  }
  history.undo = () => {
    const next = nextOutside()
    if (next === null) return void undoManager.undo()
    outside = outside.filter((one) => one !== next)
    next.undo()
  }
  history.redo = () => void undoManager.redo()
  history.canUndo = () => nextOutside() !== null || undoManager.canUndo()
  history.canRedo = () => undoManager.canRedo()
  history.pushStackElement = () => {
    if (!isComposing) undoManager.stopCapturing()
    push()
  }
  return {
    noteOutside: (undo) => {
      // What is typed from here on is a step of its own, to be undone before this.
      undoManager.stopCapturing()
      const noted: Outside = { after: undoManager.undoStack.length, undo }
      outside = [...outside, noted]
      return () => {
        outside = outside.filter((one) => one !== noted)
      }
    },
    // However slowly a syllable is composed, it is one step: undoing must not leave a lone jamo.
    beginComposition: () => {
      if (Date.now() - undoManager.lastChange >= CAPTURE_MS) undoManager.stopCapturing()
      isComposing = true
      undoManager.captureTimeout = Number.MAX_SAFE_INTEGER
    },
    endComposition: () => {
      isComposing = false
      undoManager.captureTimeout = CAPTURE_MS
    },
    dispose: () => {
      if (model.isDisposed()) return
      for (const key of ['undo', 'redo', 'canUndo', 'canRedo', 'pushStackElement'] as const)
        delete (history as Partial<ModelHistory>)[key]
    },
  }
}
