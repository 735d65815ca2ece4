import type { monaco } from './monaco.ts'

type Editor = monaco.editor.ICodeEditor

/**
 * Remembers the first visible line of each editor; the returned function scrolls so that it stays where the
 * reader's eye is, whatever was inserted or removed above.
 */
export function holdViewports(model: monaco.editor.ITextModel, editors: Iterable<Editor>): () => void {
  const held = [...editors].flatMap((editor) => {
    const line = editor.getModel() === model ? editor.getVisibleRanges()[0]?.startLineNumber : undefined
    if (line === undefined || line === 1) return []
    const range = { startLineNumber: line, startColumn: 1, endLineNumber: line, endColumn: 1 }
    const [mark] = model.deltaDecorations([], [{ range, options: { stickiness: 1 } }])
    return [{ editor, line, mark, below: editor.getScrollTop() - editor.getTopForLineNumber(line) }]
  })
  return () => {
    for (const { editor, line, mark, below } of held) {
      if (mark === undefined) continue
      const moved = model.getDecorationRange(mark)?.startLineNumber
      model.deltaDecorations([mark], [])
      if (moved !== undefined && moved !== line) editor.setScrollTop(editor.getTopForLineNumber(moved) + below, 1)
    }
  }
}
