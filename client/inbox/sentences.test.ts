import { afterEach, expect, it } from 'vitest'
import type { NoticeFacts } from '#shared/api/inbox.ts'
import { setLocale } from '../platform/i18n.ts'
import { sayNotice } from './sentences.ts'

const facts: NoticeFacts = {
  kind: 'budget',
  state: 'nearly',
  scope: 'workspace',
  keyName: null,
  period: 'month',
  startsAt: '2026-11-01T00:00:00.000Z',
  beginsAnewAt: '2026-12-01T00:00:00.000Z',
  usedShare: 0.999,
}
const within = Date.UTC(2026, 10, 20)
const say = (more: Partial<NoticeFacts>, now = within) => sayNotice({ facts: { ...facts, ...more } }, now)
afterEach(() => setLocale('en'))

it('names the budget and its period, whenever it is read, and when it begins anew', () => {
  expect(say({})).toMatch(
    /^99% of the AI budget of this workspace for November 2026 is used\. It begins anew on .+2026.*\.$/,
  )
  expect(say({}, Date.UTC(2026, 11, 1))).toMatch(/is used\. It has begun anew since\.$/)
  expect(say({ scope: 'user', period: 'day', startsAt: '2026-11-23T00:00:00.000Z' })).toContain(
    'your AI budget for Nov 23, 2026',
  )
})

it('tells little left from nothing left', () => {
  expect(say({ state: 'spent', usedShare: 0.95, scope: 'key', keyName: 'editor' })).toContain(
    'too little is left of the AI budget of the key “editor” for November 2026, 95% is used.',
  )
  expect(say({ state: 'spent', usedShare: 1 })).toContain('this workspace for November 2026 is used up.')
})

it('says it in Korean', async () => {
  await setLocale('ko')
  expect(say({ state: 'spent', usedShare: 1 })).toMatch(
    /^이 워크스페이스의 2026년 11월 AI 예산을 다 써서 AI가 요청을 거절하기 시작했습니다\. .+다시 시작됩니다\.$/,
  )
})
