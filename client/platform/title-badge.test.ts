import { expect, it } from 'vitest'
import { setTitleBadge } from './title-badge.ts'

/** The observer is told after the tasks of this turn. */
const observed = () => new Promise((resolve) => setTimeout(resolve))

it('stands before the title of every page that is shown, and leaves it as it was', async () => {
  document.title = 'main.ts — ledger'
  setTitleBadge(2)
  expect(document.title).toBe('(2) main.ts — ledger')
  document.title = '(1) copy.txt — ledger'
  await observed()
  expect(document.title).toBe('(2) (1) copy.txt — ledger')
  setTitleBadge(3)
  expect(document.title).toBe('(3) (1) copy.txt — ledger')
  setTitleBadge(0)
  expect(document.title).toBe('(1) copy.txt — ledger')
})

it('follows a title that comes as an element of its own', async () => {
  setTitleBadge(1)
  const title = document.createElement('title')
  title.textContent = 'Workspaces'
  document.head.prepend(title)
  await observed()
  expect(document.title).toBe('(1) Workspaces')
  title.remove()
  document.title = 'Settings'
  await observed()
  expect(document.title).toBe('(1) Settings')
})
