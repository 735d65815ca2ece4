import type { Premises } from './premises.ts'

/** One entry of the catalogue in docs: what is sent, what a sound product answers, what this one answered. */
export interface HostileCase {
  readonly name: string
  readonly expected: string
  /** Where this case may cost more memory than the others, and by how much; each needs its reason beside it. */
  readonly growthLimitMiB?: number
  /** Where what is tested takes longer by its own rule than a case may otherwise. */
  readonly timeoutMs?: number
  /** Answers what happened, in the words of `expected`. */
  run(premises: Premises): Promise<string>
}

export interface Outcome {
  readonly case: string
  readonly expected: string
  readonly got: string
  readonly ok: boolean
}

/** The status as text, or `4xx` where any of several would do. */
export const statusIn = (status: number, allowed: readonly number[], word: string): string =>
  allowed.includes(status) ? word : String(status)

/** Several answers in one word where they agree. */
export const alike = (answers: readonly (string | number)[]): string => [...new Set(answers.map(String))].join(', ')
