import type { Awareness } from 'y-protocols/awareness'
import type { monaco } from './monaco.ts'
import { userOf } from './people-in-text.ts'
import type { TextBinding, WrittenPart } from './text-binding.ts'

const FADE_MS = 60_000
const STEPS = 6
const STEP_MS = FADE_MS / STEPS
const MAX_PARTS = 400

/** Whose colour a thread has: a place in the palette, and whether it is drawn dashed. */
export interface Author {
  readonly person: number
  readonly isAgent: boolean
}

export interface AuthorThread {
  /** As if this author had just written there; offsets, `to` exclusive. */
  note(range: { readonly from: number; readonly to: number }, author: Author): void
  stop(): void
}

interface Strand extends Author {
  readonly mark: string
  at: number
  step: number
}

const isLook = (strand: Strand, look: Pick<Strand, 'person' | 'isAgent' | 'step'>): boolean =>
  strand.person === look.person && strand.isAgent === look.isAgent && strand.step === look.step

const options = (strand: Pick<Strand, 'person' | 'isAgent' | 'step'>): monaco.editor.IModelDecorationOptions => ({
  isWholeLine: true,
  stickiness: 1,
  linesDecorationsClassName: `author-thread person-${strand.person} age-${strand.step}${strand.isAgent ? ' is-agent' : ''}`,
})

/** A thread in the gutter in the colour of whoever wrote the line, fading for a minute after their edit. */
export function showAuthorThread(
  model: monaco.editor.ITextModel,
  awareness: Awareness,
  binding: TextBinding,
): AuthorThread {
  let strands: Strand[] = []
  let timer: ReturnType<typeof setInterval> | null = null

  const age = (): void => {
    const now = Date.now()
    const kept: Strand[] = []
    for (const strand of strands) {
      const range = model.getDecorationRange(strand.mark)
      const step = Math.floor((now - strand.at) / STEP_MS)
      if (range === null || step >= STEPS) {
        model.deltaDecorations([strand.mark], [])
        continue
      }
      if (step === strand.step) {
        kept.push(strand)
        continue
      }
      const [mark] = model.deltaDecorations([strand.mark], [{ range, options: options({ ...strand, step }) }])
      if (mark !== undefined) kept.push({ ...strand, mark, step })
    }
    strands = kept
    if (strands.length > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }

  const isLine = (strand: Strand, line: { startLineNumber: number; endLineNumber: number }): boolean => {
    const drawn = model.getDecorationRange(strand.mark)
    return drawn?.startLineNumber === line.startLineNumber && drawn.endLineNumber === line.endLineNumber
  }
  const draw = (offset: number, end: number, author: Author): void => {
    const [from, to] = [model.getPositionAt(offset).lineNumber, model.getPositionAt(end).lineNumber]
    const range = { startLineNumber: from, startColumn: 1, endLineNumber: to, endColumn: 1 }
    const look = { ...author, step: 0 }
    const covered = strands.filter((s) => {
      const line = model.getDecorationRange(s.mark)
      return line !== null && line.startLineNumber >= from && line.endLineNumber <= to
    })
    const [same] = covered
    if (same !== undefined && covered.length === 1 && isLine(same, range) && isLook(same, look)) {
      same.at = Date.now()
      return
    }
    strands = strands.filter((s) => !covered.includes(s))
    const marks = covered.map((s) => s.mark)
    const [mark] = model.deltaDecorations(marks, [{ range, options: options(look) }])
    if (mark !== undefined) strands.push({ ...look, mark, at: Date.now() })
  }
  const keepAging = (): void => {
    while (strands.length > MAX_PARTS) model.deltaDecorations([strands.shift()?.mark ?? ''], [])
    timer ??= setInterval(age, STEP_MS / 2)
  }

  const onWritten = (parts: readonly WrittenPart[]): void => {
    for (const { clientId, offset, length } of parts.slice(-MAX_PARTS)) {
      const user = userOf(awareness, clientId)
      if (user === null) continue
      draw(offset, offset + length, { person: user.color % 8, isAgent: user.kind === 'agent' })
    }
    keepAging()
  }

  const stop = binding.onWritten(onWritten)
  return {
    note({ from, to }, author) {
      // The line after the last break is nobody's of these.
      draw(from, Math.max(from, to - 1), author)
      keepAging()
    },
    stop() {
      stop()
      if (timer !== null) clearInterval(timer)
      if (!model.isDisposed())
        model.deltaDecorations(
          strands.map((s) => s.mark),
          [],
        )
    },
  }
}
