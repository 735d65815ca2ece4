import { z } from 'zod'

export interface Counts {
  readonly passed: number
  readonly failed: number
}

const vitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number() })
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
})
/** A case of the hostile suite, a fault of the chaos suite, or the simulator's total. */
const reportLine = z.union([
  z.object({ case: z.string(), ok: z.boolean() }).transform(({ ok }) => ok),
  z
    .object({ fault: z.string(), lost: z.number(), duplicated: z.number() })
    .transform((row) => row.lost + row.duplicated === 0),
  z.object({ seeds: z.number(), failed: z.number() }).transform(({ failed }) => failed === 0),
])

/**
 * Counts what a stage of the CI run reported: a Vitest or Playwright report, or JSON lines in its output.
 * A stage that reports no case counts as one; one that failed counts at least one failure, so that a crash
 * between cases, or a run without any, is never green.
 */
export function countResults(stage: {
  readonly report?: string
  readonly output: string
  readonly exitCode: number
}): Counts {
  const counts = (stage.report === undefined ? undefined : fromReport(stage.report)) ?? fromLines(stage.output)
  const { passed, failed } = counts ?? { passed: stage.exitCode === 0 ? 1 : 0, failed: 0 }
  return { passed, failed: stage.exitCode === 0 ? failed : Math.max(1, failed) }
}

function fromReport(text: string): Counts {
  const report: unknown = JSON.parse(text)
  const vitest = vitestReport.safeParse(report)
  if (vitest.success) return { passed: vitest.data.numPassedTests, failed: vitest.data.numFailedTests }
  const { stats } = playwrightReport.parse(report)
  // A journey that passes only at the second try is a defect, not a pass.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky }
}

function fromLines(output: string): Counts | undefined {
  const outcomes = output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .flatMap((line) => {
      const parsed = reportLine.safeParse(parse(line))
      return parsed.success ? [parsed.data] : []
    })
  if (outcomes.length === 0) return undefined
  const passed = outcomes.filter(Boolean).length
  return { passed, failed: outcomes.length - passed }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Output that merely looks like a report.
    return undefined
  }
}
