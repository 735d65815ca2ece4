import type { ConflictInfo } from '#shared/api/conflicts.ts'

/** UTF-16 units shown before a difference, so that one sees where it is. */
const LEAD_UNITS = 20

/** The line of a place as it stands now, from shortly before what people and the disk wrote differently. */
export function excerptOf({ document, disk, now }: Pick<ConflictInfo, 'document' | 'disk' | 'now'>): string {
  const at = Math.min(sharedUnits(document, disk), sharedUnits(document, now))
  const from = now.lastIndexOf('\n', at - 1) + 1
  const to = now.indexOf('\n', Math.max(at, from))
  const line = now.slice(from, to === -1 ? undefined : to)
  if (line.trim() === '') return now.trim().split('\n', 1)[0] ?? ''
  const cut = at - from - LEAD_UNITS
  if (line.slice(0, Math.max(0, cut)).trim() === '') return line.trim()
  return `…${line.slice(isMidCharacter(line, cut) ? cut + 1 : cut).trim()}`
}

/** How far two texts are the same from their beginning. */
function sharedUnits(a: string, b: string): number {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1
  return at
}

const isMidCharacter = (text: string, at: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(at))
