import type { UsagePoint } from '#shared/api/ai.ts'
import { typeAmount } from '../money.ts'

const HEAD = ['time', 'id', 'name', 'calls', 'failed', 'prompt_tokens', 'completion_tokens', 'cost']
/** Spreadsheets run cells that begin like this, and names are what people chose. */
const FORMULA = /^[=+\-@\t\r]/

const cell = (value: string): string => {
  const isFormula = FORMULA.test(value)
  return isFormula || /[",\r\n]/.test(value) ? `"${isFormula ? "'" : ''}${value.replaceAll('"', '""')}"` : value
}

/** All points as RFC 4180 has it, for spreadsheets and programs: the same columns in every language. */
export function usageCsv(points: readonly UsagePoint[]): string {
  const rows = points.map((p) =>
    [p.at, p.key, p.label, p.calls, p.failed, p.promptTokens, p.completionTokens, typeAmount(p.cost)].map((value) =>
      cell(String(value)),
    ),
  )
  return [HEAD, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}
