import type { MountedEditor } from '../editor/code-editor.tsx'
import { rangeOf, viewOfModel } from '../editor/view-of-model.ts'
import { announce } from '../ui/announcer.ts'
import { anchorRange, type Range } from '../editor/anchors.ts'
import type { EditorPort } from './editor-port.ts'
import { messages } from './locale.ts'
import { locateHunk, type PlacedHunk, stepHunk } from './placed-hunks.ts'
import { knownSuggestion } from './queries.ts'
import type { Suggestions } from './suggestions.ts'
import { describeAuthor, type HunkKey, hunkId } from './summary.ts'

export interface PlacesNow {
  readonly placed: readonly PlacedHunk[]
}

const keyOf = ({ suggestion, hunk }: PlacedHunk): HunkKey => ({ suggestionId: suggestion.id, position: hunk.position })

/** One editor, as commands about suggestions see it. */
export function createEditorPort(
  suggestions: Suggestions,
  { editor, open }: MountedEditor,
  places: () => PlacesNow,
): EditorPort {
  const { model, shared } = open
  const { documentId } = shared
  const lineOf = (offset: number): number => model.getPositionAt(offset).lineNumber
  const caret = (): number => model.getOffsetAt(editor.getPosition() ?? { lineNumber: 1, column: 1 })
  const idOf = (key: HunkKey | null): string | null => (key === null ? null : hunkId(key))

  const show = (range: Range, key: HunkKey): void => {
    const position = model.getPositionAt(range.from)
    suggestions.store.setState({ current: key })
    editor.setPosition(position)
    editor.revealPositionInCenterIfOutsideViewport(position)
    editor.focus()
  }
  const goTo = (key: HunkKey): void => {
    const suggestion = knownSuggestion(suggestions.workspaceId, key.suggestionId, documentId)
    const hunk = suggestion?.hunks.find((one) => one.position === key.position)
    const range =
      hunk === undefined || open.binding() === null ? null : locateHunk(shared.replica().text, viewOfModel(model), hunk)
    if (!suggestion || hunk === undefined || range === null) return
    show(range, key)
    announce(
      messages.t('place', {
        number: suggestion.hunks.indexOf(hunk) + 1,
        count: suggestion.hunks.length,
        author: describeAuthor(suggestion),
        line: lineOf(range.from),
      }),
    )
  }
  const selected = (): Range | null => {
    const selection = editor.getSelection()
    if (selection === null || open.binding() === null) return null
    const offset = (lineNumber: number, column: number): number => model.getOffsetAt({ lineNumber, column })
    return {
      from: offset(selection.startLineNumber, selection.startColumn),
      to: offset(selection.endLineNumber, selection.endColumn),
    }
  }

  return {
    documentId,
    path: shared.path,
    noteOutside: (undo) => open.binding()?.noteOutside(undo) ?? (() => undefined),
    goTo,
    step(by) {
      const next = stepHunk(places().placed, caret(), idOf(suggestions.store.getState().current), by)
      if (next === null) return null
      goTo(keyOf(next))
      return keyOf(next)
    },
    hunkAtCaret() {
      const line = lineOf(caret())
      const there = places().placed.filter(
        ({ range }) => lineOf(range.from) <= line && line <= lineOf(Math.max(range.from, range.to - 1)),
      )
      const current = idOf(suggestions.store.getState().current)
      const found = there.find((one) => one.id === current) ?? there[0]
      return found === undefined ? null : keyOf(found)
    },
    passage(ifNothing) {
      const range = selected()
      if (range === null) return null
      const about = { documentId, path: shared.path() }
      const last = model.getLineCount()
      if (range.from === range.to && ifNothing === 'whole')
        return { ...about, range: null, text: model.getValue(), fromLine: 1, toLine: last }
      const fromLine = lineOf(range.from)
      // A selection that ends before the first character of a line does not mean that line.
      const toLine = Math.max(fromLine, lineOf(Math.max(range.from, range.to - 1)))
      const lines: Range = {
        from: model.getOffsetAt({ lineNumber: fromLine, column: 1 }),
        to: model.getOffsetAt({ lineNumber: toLine, column: model.getLineMaxColumn(toLine) }),
      }
      const text = model.getValueInRange(rangeOf(model, lines.from, lines.to))
      return { ...about, range: anchorRange(shared.replica().text, lines), text, fromLine, toLine }
    },
    exactRange() {
      const range = selected()
      return range === null ? null : anchorRange(shared.replica().text, range)
    },
    hasSelection: () => editor.getSelection()?.isEmpty() === false,
    focus: () => editor.focus(),
  }
}
