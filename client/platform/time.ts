import { common } from './common.ts'
import { currentLocale } from './i18n.ts'

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** A minute short of a day to come still reads as a day. */
const ROUNDING_S = 30

/** "3 hours ago", "어제", "in 2 days": the largest whole unit; under a minute is "just now", or "in less than a minute". */
export function formatRelativeTime(iso: string, nowMs: number = Date.now()): string {
  const seconds = (new Date(iso).getTime() - nowMs) / 1000
  const format = new Intl.RelativeTimeFormat(currentLocale(), { numeric: 'auto' })
  for (const [unit, size] of UNITS) {
    if (seconds < 0 ? -seconds < size : seconds < size - ROUNDING_S) continue
    // What is past has lasted whole units; what is to come is told to the nearest: a new link lasts 24 hours, not 23.
    const count = seconds / size
    return format.format(count < 0 ? Math.trunc(count) : Math.round(count), unit)
  }
  return common.t(seconds < 0 ? 'time.justNow' : 'time.soon')
}

/** Date and time in full, for titles and tables. */
export const formatDateTime = (iso: string): string =>
  new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))

export const formatNumber = (value: number): string => new Intl.NumberFormat(currentLocale()).format(value)

/** Bytes in the unit people read: 1.4 MB. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']
  // 999,960 bytes are 1 MB: 1,000 kB is what their size would round to.
  const step = units.findIndex((_, i) => bytes / 1000 ** i < (i === 0 ? 1000 : 999.95) || i === units.length - 1)
  return new Intl.NumberFormat(currentLocale(), {
    style: 'unit',
    unit: units[step] ?? 'byte',
    // The short form of a byte is "byte", however many there are, in Korean too.
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step)
}
