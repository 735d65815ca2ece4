import type { View } from './ghost-text/view.ts'
import { monaco } from './monaco.ts'

type Model = monaco.editor.ITextModel

export const rangeOf = (model: Model, from: number, to: number): monaco.Range =>
  monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to))

/** A model by offsets. */
export const viewOfModel = (model: Model): View => ({
  length: () => model.getValueLength(),
  slice: (from, to) => model.getValueInRange(rangeOf(model, from, to)),
  lineStart: (offset) => model.getOffsetAt({ lineNumber: model.getPositionAt(offset).lineNumber, column: 1 }),
  lineEnd: (offset) => {
    const { lineNumber } = model.getPositionAt(offset)
    return model.getOffsetAt({ lineNumber, column: model.getLineMaxColumn(lineNumber) })
  },
})
