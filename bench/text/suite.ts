import { mergeEdits, mergeThreeWay } from '#shared/text-merge.ts'
import type { BenchOptions } from '../main.ts'
import type { Figure } from '../report.ts'
import { median } from '../statistics.ts'

const RUNS = 5
/** 72,000 lines are 5 MiB, the largest text there is; half of it tells whether the cost grows with the text alone. */
const SIZES = [36_000, 72_000]

const line = (i: number): string => `export const value${i} = (input: number): number => input * ${i} + 1 // line`

/** Every `step`th line, from `first` on, has another word. */
const changed = (lines: readonly string[], step: number, first: number, word: string): string =>
  lines.map((l, i) => (i % step === first ? l.replace('input *', `${word} *`) : l)).join('\n')

function medianMs(work: () => unknown): number {
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now()
    work()
    return performance.now() - started
  })
  return median(times)
}

/** The three-way merge where it costs most: the largest text, thousands of changes on both sides. */
export function run(_options: BenchOptions): Promise<Figure[]> {
  const figures = SIZES.flatMap((size) => {
    const lines = Array.from({ length: size }, (_, i) => line(i))
    const base = lines.join('\n')
    const scenario = `three-way merge, ${(base.length / 2 ** 20).toFixed(1)} MiB`
    const changes = `${size / 20} changes on each side`
    const mine = changed(lines, 20, 1, 'mine')
    const beside = changed(lines, 20, 2, 'theirs')
    const same = changed(lines, 20, 1, 'theirs')
    const all = changed(lines, 1, 0, 'theirs')
    const row = (metric: string, work: () => unknown): Figure => ({
      suite: 'text',
      subject: 'ours',
      scenario,
      metric,
      value: medianMs(work),
      unit: 'ms',
    })
    return [
      row(`${changes}, in different lines`, () => mergeThreeWay(base, mine, beside)),
      row(`${changes}, all in conflict`, () => mergeThreeWay(base, mine, same)),
      row('one side changed every line', () => mergeThreeWay(base, mine, all)),
      row(`${changes}, as edits of a live text`, () => mergeEdits(base, mine, beside)),
    ]
  })
  return Promise.resolve(figures)
}
