import type { HunkInfo, SuggestionInfo } from '#shared/api/suggestions.ts'
import { wholeLines } from '#shared/whole-lines.ts'
import type { Place, SyncPort } from './ports.ts'
import { type Db, type HunkRow, measureHunks, readHunks, type SuggestionRow } from './rows.ts'

const CONTEXT_LINES = 3
const CONTEXT_CHARS = 600
/** More is not for one screen; older suggestions are read one by one. */
const HUNKS_AT_ONCE = 500
const CHARS_AT_ONCE = 2_000_000

/** Suggestions of one document as they stand against its text now; the first of them, as many as fit. */
export async function describeSuggestions(
  db: Db,
  sync: Pick<SyncPort, 'locate'>,
  suggestions: readonly SuggestionRow[],
): Promise<SuggestionInfo[]> {
  const shown = await whatFits(db, suggestions)
  const [first] = shown
  if (first === undefined) return []
  const hunks = await readHunks(
    db,
    shown.map(({ id }) => id),
  )
  const { text, places } = await sync.locate(first.documentId, hunks)
  const lineAt = createLineIndex(text)
  const isOfThisEpoch = new Map(shown.map((row) => [row.id, row.isOfThisEpoch]))
  const described = hunks.map((hunk, i) => {
    const range = isOfThisEpoch.get(hunk.suggestionId) === true ? (places[i] ?? null) : null
    const place = range === null ? null : wholeLines(text, range)
    return { of: hunk.suggestionId, info: describeHunk(hunk, { text, place, lineAt }) }
  })
  const byId = Map.groupBy(described, ({ of }) => of)
  return shown.map((row) => ({ ...headOf(row), hunks: (byId.get(row.id) ?? []).map(({ info }) => info) }))
}

async function whatFits(db: Db, suggestions: readonly SuggestionRow[]): Promise<readonly SuggestionRow[]> {
  if (suggestions.length <= 1) return suggestions
  const sizes = await measureHunks(
    db,
    suggestions.map(({ id }) => id),
  )
  let [hunks, chars] = [0, 0]
  const end = suggestions.findIndex(({ id }, i) => {
    const size = sizes.get(id)
    hunks += size?.hunks ?? 0
    chars += size?.chars ?? 0
    return i > 0 && (hunks > HUNKS_AT_ONCE || chars > CHARS_AT_ONCE)
  })
  return end === -1 ? suggestions : suggestions.slice(0, end)
}

export const headOf = (row: SuggestionRow): Omit<SuggestionInfo, 'hunks'> => ({
  id: row.id,
  documentId: row.documentId,
  path: row.path,
  title: row.title,
  source: row.source,
  requester: row.requester,
  model: row.model,
  messageId: row.messageId,
  createdAt: row.createdAt.toISOString(),
})

/** The text that a hunk wants to find in its place: undoing looks for what accepting put there. */
export const expectedText = ({ status, baseText, newText }: Pick<HunkRow, 'status' | 'baseText' | 'newText'>): string =>
  status === 'accepted' ? newText : baseText

interface Surroundings {
  readonly text: string
  readonly place: Place | null
  readonly lineAt: (index: number) => number
}

function describeHunk(hunk: HunkRow, { text, place, lineAt }: Surroundings): HunkInfo {
  const mayConflict = hunk.status === 'open' || hunk.status === 'accepted'
  const fits = place !== null && text.slice(place.from, place.to) === expectedText(hunk)
  return {
    position: hunk.position,
    status: hunk.status,
    isConflict: mayConflict && !fits,
    start: base64(hunk.start),
    end: base64(hunk.end),
    baseText: hunk.baseText,
    newText: hunk.newText,
    fromLine: place === null ? null : lineAt(place.from),
    before: place === null ? '' : linesBefore(text, place.from),
    after: place === null ? '' : linesAfter(text, place.to),
    decidedBy: hunk.decidedBy,
    decidedAt: hunk.decidedAt?.toISOString() ?? null,
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** The number of the line that an index is in, from 1. */
function createLineIndex(text: string): (index: number) => number {
  const breaks: number[] = []
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks.push(at)
  return (index) => {
    let [low, high] = [0, breaks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (breaks[middle]! < index) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}

export function linesBefore(text: string, index: number): string {
  let from = index
  for (let line = 0; line < CONTEXT_LINES; line++) from = from < 2 ? 0 : text.lastIndexOf('\n', from - 2) + 1
  return text.slice(from, index).slice(-CONTEXT_CHARS)
}

export function linesAfter(text: string, index: number): string {
  let to = index
  for (let line = 0; line < CONTEXT_LINES && to < text.length; line++) {
    const end = text.indexOf('\n', to)
    to = end === -1 ? text.length : end + 1
  }
  return text.slice(index, to).slice(0, CONTEXT_CHARS)
}
