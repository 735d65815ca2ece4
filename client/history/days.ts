import type { HistoryEntry } from '#shared/api/history.ts'
import { currentLocale } from '../platform/i18n.ts'
import { messages } from './locale.ts'

const startOfDay = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0)

/** "Today", "Yesterday", "Monday 5 January". */
export function dayName(ms: number, nowMs: number): string {
  const yesterday = new Date(nowMs).setDate(new Date(nowMs).getDate() - 1)
  if (startOfDay(ms) === startOfDay(nowMs)) return messages.t('today')
  if (startOfDay(ms) === startOfDay(yesterday)) return messages.t('yesterday')
  const year = new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? {} : { year: 'numeric' as const }
  return new Intl.DateTimeFormat(currentLocale(), { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(
    ms,
  )
}

/** "14:02–14:31", or one time where it is the same minute. */
export const timeSpan = ({ fromAt, toAt }: Pick<HistoryEntry, 'fromAt' | 'toAt'>): string =>
  new Intl.DateTimeFormat(currentLocale(), { timeStyle: 'short' }).formatRange(fromAt, toAt)

/** "5 Jan, 14:31" */
export const momentName = (ms: number): string =>
  new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(ms)

/** Entries under the day they ended on, in their order. */
export function byDay<E extends Pick<HistoryEntry, 'toAt'>>(
  entries: readonly E[],
  nowMs: number = Date.now(),
): { readonly day: string; readonly entries: readonly E[] }[] {
  const days: { day: string; entries: E[] }[] = []
  for (const entry of entries) {
    const day = dayName(entry.toAt, nowMs)
    const last = days.at(-1)
    if (last?.day === day) last.entries.push(entry)
    else days.push({ day, entries: [entry] })
  }
  return days
}
