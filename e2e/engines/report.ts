import { isDeepStrictEqual } from 'node:util'

export type Check = (name: string, expected: unknown, measure: () => Promise<unknown>) => Promise<void>

/** Prints what holds and what does not, as lines to read or as JSON, and remembers what failed. */
export function createReport(isJson: boolean): { check: Check; failures: readonly string[] } {
  const failures: string[] = []
  return {
    failures,
    async check(name, expected, measure) {
      const got = await measure().catch((error: unknown) => String(error))
      const ok = isDeepStrictEqual(got, expected)
      if (!ok) failures.push(name)
      const shown = { case: name, expected: JSON.stringify(expected), got: JSON.stringify(got), ok }
      console.log(isJson ? JSON.stringify(shown) : `${ok ? 'ok    ' : 'FAILED'} ${name}: ${shown.got}`)
    },
  }
}
