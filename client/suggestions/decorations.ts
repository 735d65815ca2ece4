import type { AskInfo } from '#shared/api/suggestions.ts'
import { rangeOf } from '../editor/view-of-model.ts'
import type { monaco } from '../editor/monaco.ts'
import type * as Y from 'yjs'
import { decodeRange, locateRange } from '../editor/anchors.ts'
import { messages } from './locale.ts'
import type { PlacedHunk } from './placed-hunks.ts'

type Decoration = monaco.editor.IModelDeltaDecoration
type Model = monaco.editor.ITextModel

const NEVER_GROWS = 1
/** Of the palette. */
export const AI_PERSON = 5

const whose = ({ suggestion }: PlacedHunk): string =>
  suggestion.source === 'ai'
    ? `person-${AI_PERSON} is-agent`
    : `person-${(((suggestion.requester?.color ?? 0) % 8) + 8) % 8}`

/** What would go, struck out; in the gutter, whose idea it is. */
export function decorateHunk(model: Model, placed: PlacedHunk, isCurrent: boolean): Decoration[] {
  const { range, isConflict, shape } = placed
  const isEmpty = range.from === range.to
  const lastOffset = shape.isWholeLines && !isEmpty ? range.to - 1 : range.to
  const lines = rangeOf(model, range.from, lastOffset)
  const thread: Decoration = {
    range: { ...lines, startColumn: 1, endColumn: 1 },
    options: {
      isWholeLine: true,
      stickiness: NEVER_GROWS,
      linesDecorationsClassName: `author-thread suggested-thread ${whose(placed)}`,
      ...(isCurrent ? { marginClassName: 'suggested-current' } : {}),
    },
  }
  if (isEmpty) return [thread]
  const name = isConflict ? 'suggested-conflict' : 'suggested-removal'
  const removal: Decoration = shape.isWholeLines
    ? { range: lines, options: { isWholeLine: true, stickiness: NEVER_GROWS, className: name } }
    : { range: rangeOf(model, range.from, range.to), options: { stickiness: NEVER_GROWS, inlineClassName: name } }
  return [thread, removal]
}

/** Where AI is writing for somebody, as a caret of its own. */
export function decorateAsk(model: Model, text: Y.Text, { range, requester }: AskInfo): Decoration[] {
  const place = range === null ? { from: 0, to: 0 } : locateRange(text, decodeRange(range))
  if (place === null) return []
  const at = model.getPositionAt(place.from)
  const end = model.getLineMaxColumn(at.lineNumber)
  return [
    {
      range: rangeOf(model, place.from, place.to),
      options: {
        isWholeLine: true,
        stickiness: NEVER_GROWS,
        linesDecorationsClassName: `author-thread suggested-thread person-${AI_PERSON} is-agent`,
      },
    },
    {
      range: { startLineNumber: at.lineNumber, startColumn: end, endLineNumber: at.lineNumber, endColumn: end },
      options: {
        showIfCollapsed: true,
        after: {
          content: `\u2003${messages.t('aiWorking', { name: requester.name })}`,
          inlineClassName: `suggested-working person-${AI_PERSON}`,
        },
      },
    },
  ]
}
