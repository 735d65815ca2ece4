import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { NoticeInfo } from '#shared/api/inbox.ts'
import { showThroughSystem, systemNotices, wantSystemNotices } from './system-notices.ts'

const notice: NoticeInfo = {
  id: 'n',
  at: '2026-11-23T12:00:00.000Z',
  isRead: false,
  workspace: { id: 'w', name: 'ledger' },
  facts: {
    kind: 'budget',
    state: 'spent',
    scope: 'workspace',
    keyName: null,
    period: 'day',
    startsAt: '2026-11-23T00:00:00.000Z',
    beginsAnewAt: '2026-11-24T00:00:00.000Z',
    usedShare: 1,
  },
}

const shown: { title: string; tag: string | undefined; press: () => void }[] = []
class FakeNotification {
  static permission: NotificationPermission = 'default'
  static answer: NotificationPermission = 'granted'
  static asked = 0
  static requestPermission() {
    this.asked++
    this.permission = this.answer
    return Promise.resolve(this.permission)
  }
  constructor(title: string, options?: NotificationOptions) {
    this.title = title
    this.tag = options?.tag
    shown.push(this as unknown as (typeof shown)[number])
  }
  readonly title: string
  readonly tag: string | undefined
  press = () => {}
  addEventListener(_: string, press: () => void) {
    this.press = press
  }
  close() {}
}

const look = (state: DocumentVisibilityState) => vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
beforeEach(() => {
  shown.length = 0
  Object.assign(FakeNotification, { permission: 'default', answer: 'granted', asked: 0 })
  vi.stubGlobal('Notification', FakeNotification)
  vi.stubGlobal('isSecureContext', true)
  vi.spyOn(window, 'focus').mockReturnValue(undefined)
  localStorage.clear()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('shows nothing through the system without consent', () => {
  look('hidden')
  FakeNotification.permission = 'granted'
  showThroughSystem([notice], () => {})
  expect([systemNotices(), shown]).toEqual(['off', []])
})

it('shows it once consented to, where nobody looks, and leads to the inbox', async () => {
  expect(await wantSystemNotices(true)).toBe('on')
  const open = vi.fn()
  look('visible')
  showThroughSystem([notice], open)
  expect(shown).toEqual([])
  look('hidden')
  showThroughSystem([notice], open)
  expect(shown).toMatchObject([{ title: 'ledger', tag: 'n' }])
  shown[0]?.press()
  expect(open).toHaveBeenCalledOnce()
  expect(await wantSystemNotices(false)).toBe('off')
  expect(FakeNotification.asked).toBe(1)
})

it('says where the browser refuses, or has none', async () => {
  FakeNotification.answer = 'denied'
  expect(await wantSystemNotices(true)).toBe('denied')
  vi.stubGlobal('isSecureContext', false)
  expect(systemNotices()).toBe('absent')
})
