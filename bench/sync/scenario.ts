import type { RunningSubject } from './subjects.ts'

export interface Measurement {
  readonly metric: string
  readonly value: number
  readonly unit: string
}

export interface Scenario {
  readonly name: string
  /** The bare relay keeps nothing, so it cannot take part in what needs a stored document. */
  readonly needsDocument: boolean
  run(server: RunningSubject): Promise<Measurement[]>
}
