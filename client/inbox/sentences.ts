import type { NoticeInfo } from '#shared/api/inbox.ts'
import { currentLocale } from '../platform/i18n.ts'
import { formatDateTime } from '../platform/time.ts'
import { messages } from './locale.ts'

/** What a notice says, in the reader's language. */
export function sayNotice({ facts }: Pick<NoticeInfo, 'facts'>, nowMs: number = Date.now()): string {
  const { t } = messages
  const { state, scope, keyName, period, startsAt, beginsAnewAt, usedShare } = facts
  const budget = t(`budget.${scope}`, { period: periodName(startsAt, period), key: keyName ?? '' })
  // Never "100%" of what is not used up.
  const percent = Math.floor(usedShare * 100)
  const what =
    state === 'nearly'
      ? t('budget.nearly', { budget, percent })
      : usedShare >= 1
        ? t('budget.spent', { budget })
        : t('budget.low', { budget, percent })
  return `${what} ${isPast(beginsAnewAt, nowMs) ? t('budget.over') : t('budget.again', { when: formatDateTime(beginsAnewAt) })}`
}

export const isPast = (iso: string, nowMs: number = Date.now()): boolean => new Date(iso).getTime() <= nowMs

/** "November 2026", "28 Nov 2026": periods are days and months of UTC. */
function periodName(startsAt: string, period: 'day' | 'month'): string {
  const form: Intl.DateTimeFormatOptions =
    period === 'day' ? { dateStyle: 'medium' } : { year: 'numeric', month: 'long' }
  return new Intl.DateTimeFormat(currentLocale(), { ...form, timeZone: 'UTC' }).format(new Date(startsAt))
}
