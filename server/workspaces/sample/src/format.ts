import type { Tide } from './tides.ts'

/** One line for one tide, such as "high  14:05  ███████ 3.6 m". */
export function formatTide({ kind, at, metres }: Tide): string {
  const time = at.toISOString().slice(11, 16)
  const bar = '█'.repeat(Math.round(metres * 2))
  return `${kind.padEnd(4)}  ${time}  ${bar} ${metres.toFixed(1)} m`
}
