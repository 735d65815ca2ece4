import { beforeEach, expect, it } from 'vitest'
import { forgetVisits, hasVisited, noteVisit } from './visits.ts'

beforeEach(() => localStorage.clear())

it('remembers for one person which workspaces they were in, at addresses that are open to all who are in', () => {
  noteVisit('ada', 'one')
  noteVisit('ada', 'two')
  for (const path of ['/w/one', '/w/one/', '/w/two', '/w/two/f/src/a.ts']) expect(hasVisited('ada', path)).toBe(true)
  // Those of settings and of single chats are closed to some of them.
  for (const path of ['/w/three', '/w/one/settings', '/w/two/chat/lost', '/w/', '/', '/w/on', '/inbox'])
    expect(hasVisited('ada', path)).toBe(false)
})

it('says nothing of one person to another on the same device, and nothing at all once they signed out', () => {
  noteVisit('ada', 'one')
  noteVisit('bo', 'two')
  expect(hasVisited('bo', '/w/one')).toBe(false)
  forgetVisits('ada')
  expect(hasVisited('ada', '/w/one')).toBe(false)
  expect(hasVisited('bo', '/w/two')).toBe(true)
})

it('keeps the newest hundred, and one that is visited again among them', () => {
  noteVisit('ada', 'home')
  for (let i = 0; i < 99; i++) noteVisit('ada', `other-${i}`)
  noteVisit('ada', 'home')
  noteVisit('ada', 'newest')
  expect(hasVisited('ada', '/w/home')).toBe(true)
  expect(hasVisited('ada', '/w/other-0')).toBe(false)
  expect(hasVisited('ada', '/w/other-1')).toBe(true)
})
