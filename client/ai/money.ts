import { currentLocale } from '../platform/i18n.ts'

const MICROS = 1_000_000
const AMOUNT = /^(\d{1,9})(?:\.(\d{0,6}))?$/

/** "0.15" as millionths, exactly; null where it is no amount. */
export function parseAmount(typed: string): number | null {
  const [, whole, fraction = ''] = AMOUNT.exec(typed.trim()) ?? []
  if (whole === undefined) return null
  return Number(whole) * MICROS + Number(fraction.padEnd(6, '0'))
}

/** Millionths as they are typed: 150,000 is "0.15". */
export const typeAmount = (micros: number): string => {
  const fraction = String(micros % MICROS)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${Math.floor(micros / MICROS)}${fraction === '' ? '' : `.${fraction}`}`
}

/** Millionths as they are read: two digits, or the first two that say anything; without a currency, which nobody told us. */
export function formatAmount(micros: number): string {
  const value = micros / MICROS
  const isTiny = value > 0 && value < 0.01
  return new Intl.NumberFormat(
    currentLocale(),
    isTiny ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 },
  ).format(value)
}
