import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, diffLines, diffText, diffWords } from './text-diff.ts'
import { mergeEdits, mergeText, mergeThreeWay } from './text-merge.ts'

const line = fc.oneof(
  fc.constantFrom('a', 'b', 'same line', '', '한글 줄', '}', 'x = 1'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)
const text = fc.array(line, { maxLength: 14 }).map((lines) => lines.join('\n'))

describe('diff', () => {
  it('turns one text into any other', () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        expect(applyEdits(from, diffText(from, to))).toBe(to)
        expect(applyEdits(from, diffWords(from, to))).toBe(to)
      }),
      { numRuns: 1000 },
    )
  })

  it('touches only what changed', () => {
    const from = Array.from({ length: 5000 }, (_, i) => `line ${i}`).join('\n')
    const to = from.replace('line 2500\n', 'line 2500!\n').replace('line 9\n', '')
    expect(diffText(from, to)).toEqual([
      { index: from.indexOf('line 9\n'), remove: 7, insert: '' },
      { index: from.indexOf('line 2501') - 1, remove: 0, insert: '!' },
    ])
  })

  it('stays exact when everything differs and there is much of it', () => {
    const from = Array.from({ length: 20_000 }, (_, i) => `old ${i}`).join('\n')
    const to = Array.from({ length: 20_000 }, (_, i) => (i % 10 === 0 ? `old ${i}` : `new ${i}`)).join('\n')
    const edits = diffText(from, to)
    expect(applyEdits(from, edits)).toBe(to)
    expect(edits.length).toBeGreaterThan(1000)
  })

  it('tells by lines what leads from one list of lines to another', () => {
    const lines = fc.array(line, { maxLength: 30 })
    fc.assert(
      fc.property(lines, lines, (from, to) => {
        const result = [...from]
        for (const change of diffLines(from, to).toReversed())
          result.splice(change.from, change.to - change.from, ...change.lines)
        expect(result).toEqual(to)
      }),
      { numRuns: 1000 },
    )
  })

  it('never cuts a surrogate pair in two', () => {
    const edits = diffText('x😀y', 'x😁y')
    expect(edits).toEqual([{ index: 1, remove: 2, insert: '😁' }])
  })
})

describe('merge', () => {
  it('takes the other side where one side changed nothing, and equal sides once', () => {
    fc.assert(
      fc.property(text, text, (base, side) => {
        expect(mergeText(base, side, base)).toBe(side)
        expect(mergeText(base, base, side)).toBe(side)
        expect(mergeText(base, side, side)).toBe(side)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps every line that either side added exactly once, and drops what either deleted', () => {
    const base = Array.from({ length: 12 }, (_, i) => `base${i}x`)
    const side = (name: string) =>
      fc
        .record({ gone: fc.uniqueArray(fc.nat(11), { maxLength: 4 }), added: fc.array(fc.nat(11), { maxLength: 4 }) })
        .map((plan) => ({
          ...plan,
          lines: base.flatMap((l, i) => [
            ...plan.added.flatMap((at, n) => (at === i ? [`${name}${n}x`] : [])),
            ...(plan.gone.includes(i) ? [] : [l]),
          ]),
          tokens: plan.added.map((_, n) => `${name}${n}x`),
        }))
    const join = (lines: string[]) => lines.map((l) => `${l}\n`).join('')
    fc.assert(
      fc.property(side('mine'), side('theirs'), (mine, theirs) => {
        const merged = mergeText(join(base), join(mine.lines), join(theirs.lines))
        const count = (token: string) => merged.split(token).length - 1
        for (const token of [...mine.tokens, ...theirs.tokens]) expect(count(token)).toBe(1)
        base.forEach((l, i) => {
          const isGone = mine.gone.includes(i) || theirs.gone.includes(i)
          expect(count(l)).toBe(isGone ? 0 : 1)
        })
      }),
      { numRuns: 1000 },
    )
  })

  it('merges two changes inside one line', () => {
    expect(mergeText('let total = 1\n', 'let sum = 1\n', 'let total = 2\n')).toBe('let sum = 2\n')
  })

  it('takes a hunk both sides made once, beside one that only they made', () => {
    expect(mergeText('a\nb\nc\n', 'a\nX\nc\n', 'a\nX\nc\nd\n')).toBe('a\nX\nc\nd\n')
  })

  it('[L7] makes no word of two where both changed the same one: both lines stay, and it says so', () => {
    expect(mergeThreeWay('a\nx = 1\nb\n', 'a\nx = 2\nb\n', 'a\nx = 3\nb\n')).toEqual({
      text: 'a\nx = 2\nx = 3\nb\n',
      hasConflict: true,
    })
    expect(mergeThreeWay('f()\n', 'f(a)\n', 'f(b)\n')).toEqual({ text: 'f(a)\nf(b)\n', hasConflict: true })
  })

  it('[L7] keeps a line that one side changed and the other deleted, whole, and says so', () => {
    expect(mergeThreeWay('a\nx = 1\nb\n', 'a\nb\n', 'a\nx = 3\nb\n')).toEqual({
      text: 'a\nx = 3\nb\n',
      hasConflict: true,
    })
  })

  it('[L7] finds no conflict in different words of one line, nor in lines both inserted at one place', () => {
    expect(mergeThreeWay('let a = 1\n', 'let b = 1\n', 'let a = 2\n')).toEqual({
      text: 'let b = 2\n',
      hasConflict: false,
    })
    expect(mergeThreeWay('1\n2\n', '1\nmine\n2\n', '1\ntheirs\n2\n')).toEqual({
      text: '1\nmine\ntheirs\n2\n',
      hasConflict: false,
    })
  })

  it('[L7] glues nothing to a last line without a break, and ends as whoever changed the end wants', () => {
    expect(mergeText('a', 'a\nb', 'a\nc')).toBe('a\nb\nc')
    expect(mergeText('a\nb', 'a\nb\n', 'A\nb')).toBe('A\nb\n')
    expect(mergeText('', 'mine', 'theirs\n')).toBe('mine\ntheirs\n')
  })

  /** Every word of a side is its own, so that the merge can be asked where each went. */
  const wordsOf = (name: string) =>
    fc
      .array(
        fc.record({
          line: fc.nat(9),
          word: fc.nat(3),
          act: fc.constantFrom(
            'insert' as const,
            'replace' as const,
            'delete' as const,
            'line' as const,
            'both' as const,
          ),
        }),
        { maxLength: 8 },
      )
      .map((acts) => {
        const lines = baseWords.map((words) => [...words])
        const added: string[] = []
        acts.forEach(({ line: at, word, act }, i) => {
          const token = act === 'both' ? `both${at}x${word}q` : `${name}${i}q`
          const words = lines[at]!
          if (act === 'line') lines.splice(at, 0, [token])
          else if (act === 'delete') words.splice(word, 1)
          else words.splice(word, act === 'insert' ? 0 : 1, token)
          added.push(token)
        })
        const after = lines.map((words) => `${words.join(' ')}\n`).join('')
        return { after, tokens: added.filter((token) => after.includes(token)) }
      })
  const baseWords = Array.from({ length: 10 }, (_, l) => Array.from({ length: 4 }, (_u, w) => `base${l}x${w}q`))
  const baseText = baseWords.map((words) => `${words.join(' ')}\n`).join('')
  const count = (where: string, token: string): number => where.split(token).length - 1

  it('[L7] loses no word of either side and makes none of two, whatever both did', () => {
    fc.assert(
      fc.property(wordsOf('mine'), wordsOf('theirs'), (mine, theirs) => {
        const { text: merged, hasConflict } = mergeThreeWay(baseText, mine.after, theirs.after)
        for (const token of [...mine.tokens, ...theirs.tokens]) expect(count(merged, token)).toBeGreaterThanOrEqual(1)
        const known = new Set(`${baseText} ${mine.after} ${theirs.after}`.split(/\s+/))
        for (const word of merged.split(/\s+/)) expect(known).toContain(word)
        for (const token of baseWords.flat()) {
          const [inMine, inTheirs, now] = [mine.after, theirs.after, merged].map((where) => count(where, token))
          if (inMine === 1 && inTheirs === 1) expect(now).toBeGreaterThanOrEqual(1)
          if (!hasConflict) expect(now).toBe(Math.min(inMine!, inTheirs!))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('[L7] takes what both did alike once', () => {
    fc.assert(
      fc.property(wordsOf('mine'), (mine) => {
        const theirs = `${mine.after}end\n`
        expect(mergeThreeWay(baseText, mine.after, theirs)).toEqual({ text: theirs, hasConflict: false })
      }),
      { numRuns: 500 },
    )
  })

  it('[L7] keeps the same words and finds the same conflicts whichever side is called mine', () => {
    // Of words, not of blanks: where lines stand one under the other, an empty one may be the first or the second.
    const words = (where: string): string[] => (where.match(/\S+/g) ?? []).toSorted()
    fc.assert(
      fc.property(wordsOf('mine'), wordsOf('theirs'), (mine, theirs) => {
        const one = mergeThreeWay(baseText, mine.after, theirs.after)
        const other = mergeThreeWay(baseText, theirs.after, mine.after)
        expect(other.hasConflict).toBe(one.hasConflict)
        expect(words(other.text)).toEqual(words(one.text))
      }),
      { numRuns: 1000 },
    )
  })

  it('answers edits that lead from mine to the merged text', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        expect(applyEdits(mine, mergeEdits(base, mine, theirs))).toBe(mergeText(base, mine, theirs))
      }),
      { numRuns: 500 },
    )
  })
})
