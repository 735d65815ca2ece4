import { monaco } from './monaco.ts'
import { smallestEdit } from './text-operations.ts'

/** Puts another text into the model as a whole; carets and scrolling stay at the characters they were at. */
export function replaceText(
  model: monaco.editor.ITextModel,
  editors: Iterable<monaco.editor.ICodeEditor>,
  wanted: string,
): void {
  const [edit] = smallestEdit(0, model.getValue(), wanted)
  if (edit === undefined) return
  const end = edit.offset + edit.deleteLength
  const moved = (place: monaco.IPosition): number => {
    const offset = model.getOffsetAt(place)
    if (offset >= end) return offset + edit.insert.length - edit.deleteLength
    return Math.min(offset, edit.offset + edit.insert.length)
  }
  const held = [...editors]
    .filter((editor) => editor.getModel() === model)
    .map((editor) => ({
      editor,
      top: editor.getScrollTop(),
      carets: (editor.getSelections() ?? []).map(
        (s) => [moved(s.getSelectionStart()), moved(s.getPosition())] as const,
      ),
    }))
  model.applyEdits([{ range: model.getFullModelRange(), text: wanted, forceMoveMarkers: false }])
  for (const { editor, top, carets } of held) {
    const at = (offset: number): monaco.Position => model.getPositionAt(offset)
    if (carets.length > 0)
      editor.setSelections(carets.map(([from, to]) => monaco.Selection.fromPositions(at(from), at(to))))
    editor.setScrollTop(top, monaco.editor.ScrollType.Immediate)
  }
}
