import { createInterner, diffSequences, splitLines } from './text-diff.ts'

/** T1: documents hold LF alone; what each line ends with on the disk is kept beside the base. */
export type LineEnding = 'lf' | 'crlf' | 'cr'

const BYTES: Record<LineEnding, string> = { lf: '\n', crlf: '\r\n', cr: '\r' }

/** "lf", "crlf" and "cr" mean all lines; a mixed file is run-length coded: "lf*12,crlf*3". */
export type PackedLineEndings = string

const pack = (endings: readonly LineEnding[]): PackedLineEndings => {
  const runs: { ending: LineEnding; count: number }[] = []
  for (const ending of endings) {
    const last = runs.at(-1)
    if (last?.ending === ending) last.count++
    else runs.push({ ending, count: 1 })
  }
  if (runs.length <= 1) return runs[0]?.ending ?? 'lf'
  return runs.map((run) => `${run.ending}*${run.count}`).join(',')
}

const isUniform = (packed: PackedLineEndings): packed is LineEnding => Object.hasOwn(BYTES, packed)

const unpack = (packed: PackedLineEndings): LineEnding[] =>
  packed.split(',').flatMap((run) => {
    const [ending = '', count] = run.split('*')
    return isUniform(ending) ? Array<LineEnding>(Number(count)).fill(ending) : []
  })

/** A file's text as the document holds it, and what is needed to write the very same bytes again. */
export function splitLineEndings(raw: string): { text: string; lineEndings: PackedLineEndings } {
  if (!raw.includes('\r')) return { text: raw, lineEndings: 'lf' }
  const endings = (raw.match(/\r\n|\r|\n/g) ?? []).map((e): LineEnding =>
    e === '\r\n' ? 'crlf' : e === '\r' ? 'cr' : 'lf',
  )
  return { text: raw.replace(/\r\n?/g, '\n'), lineEndings: pack(endings) }
}

/**
 * `text` with the line endings of the file it was made from: lines that `baseText` had keep theirs, a new line
 * takes that of the line before it. `lineEndings` belong to `baseText`.
 */
export function joinLineEndings(
  text: string,
  base: { readonly text: string; readonly lineEndings: PackedLineEndings },
): { raw: string; lineEndings: PackedLineEndings } {
  if (isUniform(base.lineEndings)) {
    const raw = base.lineEndings === 'lf' ? text : text.replaceAll('\n', BYTES[base.lineEndings])
    return { raw, lineEndings: base.lineEndings }
  }
  const endings = unpack(base.lineEndings)
  const lines = splitLines(text)
  const intern = createInterner()
  const hunks = diffSequences(intern(splitLines(base.text)), intern(lines))
  const result: LineEnding[] = []
  let kept = 0
  const keep = (until: number): void => void result.push(...endings.slice(kept, until))
  for (const hunk of hunks) {
    keep(hunk.aStart)
    kept = hunk.aEnd
    const replaced = endings.slice(hunk.aStart, hunk.aEnd)
    for (let i = hunk.bStart; i < hunk.bEnd; i++) {
      result.push(replaced[i - hunk.bStart] ?? result.at(-1) ?? endings[kept] ?? endings.at(-1) ?? 'lf')
    }
  }
  keep(endings.length)
  // A lone CR before an empty line's LF would be read back as one CRLF.
  lines.forEach((l, i) => {
    if (l === '\n' && result[i] === 'lf' && result[i - 1] === 'cr') result[i] = 'cr'
  })
  const raw = lines.map((l, i) => (l.endsWith('\n') ? l.slice(0, -1) + BYTES[result[i] ?? 'lf'] : l)).join('')
  return { raw, lineEndings: pack(result.slice(0, text.split('\n').length - 1)) }
}
