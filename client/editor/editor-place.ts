import type { monaco } from './monaco.ts'

type Editor = monaco.editor.ICodeEditor

/** Where somebody was in a text: lines and columns from 1, `belowPx` of the first line already scrolled away. */
export interface EditorPlace {
  readonly line: number
  readonly column: number
  readonly topLine: number
  readonly topColumn: number
  readonly belowPx: number
}

export function placeOf(editor: Editor): EditorPlace | null {
  const position = editor.getPosition()
  const state = editor.saveViewState()?.viewState
  if (position === null || state?.firstPosition === undefined) return null
  return {
    line: position.lineNumber,
    column: position.column,
    topLine: state.firstPosition.lineNumber,
    topColumn: state.firstPosition.column,
    belowPx: Math.round(state.firstPositionDeltaTop ?? 0),
  }
}

/** Goes there; what lies beyond the text is its nearest place. */
export function restorePlace(editor: Editor, place: EditorPlace): void {
  const model = editor.getModel()
  if (model === null) return
  const position = model.validatePosition({ lineNumber: place.line, column: place.column })
  const firstPosition = model.validatePosition({ lineNumber: place.topLine, column: place.topColumn })
  editor.restoreViewState({
    cursorState: [{ inSelectionMode: false, selectionStart: position, position }],
    viewState: { scrollLeft: 0, firstPosition, firstPositionDeltaTop: place.belowPx },
    contributionsState: {},
  })
}
