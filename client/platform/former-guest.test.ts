import { expect, it } from 'vitest'
import { noteGuest, wasGuestAt } from './former-guest.ts'

it('knows the pages of the workspace this browser was a guest of, and no others', () => {
  expect(wasGuestAt('/w/abc')).toBe(false)
  noteGuest('abc')
  expect(['/w/abc', '/w/abc/f/src/a.ts', '/w/abc#L3', '/w/abcd', '/w/', '/'].map(wasGuestAt)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
  noteGuest('other')
  expect(wasGuestAt('/w/abc')).toBe(false)
})
