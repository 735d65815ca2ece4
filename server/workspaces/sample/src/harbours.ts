export interface Harbour {
  readonly name: string
  /** Hours after midnight, on 1 January 2026 UTC, of the first high water. */
  readonly firstHighWater: number
  /** Metres between low and high water. */
  readonly range: number
}

export const harbours = {
  mokpo: { name: 'Mokpo 목포', firstHighWater: 2.4, range: 3.6 },
  brest: { name: 'Brest', firstHighWater: 4.1, range: 4.8 },
  boston: { name: 'Boston', firstHighWater: 11.2, range: 2.9 },
} satisfies Record<string, Harbour>
