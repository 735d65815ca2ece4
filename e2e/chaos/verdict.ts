import type { Typist } from './typist.ts'

export interface Verdict {
  readonly acked: number
  readonly lost: readonly string[]
  readonly duplicated: readonly string[]
}

/** Judges a document's text: each acknowledged token there once, no token there twice. */
export function judge(text: string, typists: readonly Pick<Typist, 'tokens'>[]): Verdict {
  const counts = new Map<string, number>()
  for (const [token] of text.matchAll(/<[\w-]+\.\d{6}>/g)) counts.set(token, (counts.get(token) ?? 0) + 1)
  const acknowledged = typists.flatMap(({ tokens }) => [...tokens].filter(([, state]) => state === 'acknowledged'))
  return {
    acked: acknowledged.length,
    lost: acknowledged.map(([token]) => token).filter((token) => !counts.has(token)),
    duplicated: [...counts].filter(([, count]) => count > 1).map(([token]) => token),
  }
}
