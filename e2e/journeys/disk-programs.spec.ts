import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { countOf, expectAllOnce, mustRun } from '../support/disk.ts'
import { openPair, PAIR_TEXT, whileTyping } from '../support/pair.ts'
import { useProduct } from '../support/use-product.ts'

const site = useProduct()
const GONE = /^Deleted on disk\./

test('[K5] sed changes lines of a file while two people type in others', async ({ browser }) => {
  const pair = await openPair(browser, site, 'notes.txt')
  const { folder } = pair
  const tokens = await whileTyping(pair, 'notes.txt', async () => {
    await mustRun(folder, 'sed', '-i', 's/title: old/title: by sed/', 'notes.txt')
    await mustRun(folder, 'sed', '-i', 's/end: old/end: by sed/', 'notes.txt')
  })
  const text = await expectAllOnce(folder, 'notes.txt', pair.people, [
    ...tokens,
    'title: by sed',
    'end: by sed',
    'middle',
  ])
  expect(text).not.toContain('old')
  expect(text.split('\n')).toHaveLength(PAIR_TEXT.split('\n').length)
  await pair.close()
})

test('[K5] a file that is deleted and restored while two people type keeps what they typed', async ({ browser }) => {
  const pair = await openPair(browser, site, 'notes.txt')
  const { mina, jun, folder } = pair
  const tokens = await whileTyping(pair, 'notes.txt', async () => {
    // As a file manager deletes: what the folder held at that very moment comes back.
    await mustRun(folder, 'mv', 'notes.txt', '../deleted.txt')
    for (const { page } of [mina, jun]) await expect(page.getByRole('main').getByText(GONE)).toBeVisible()
    await mustRun(folder, 'mv', '../deleted.txt', 'notes.txt')
    for (const { page } of [mina, jun]) await expect(page.getByRole('main').getByText(GONE)).toBeHidden()
  })
  const text = await expectAllOnce(folder, 'notes.txt', pair.people, [...tokens, 'title: old', 'middle', 'end: old'])
  expect(countOf(text, '\n')).toBe(countOf(PAIR_TEXT, '\n'))
  await pair.close()
})

test('[K5] tab, caret and document follow a file that is moved while two people type, and then its folder', async ({
  browser,
}) => {
  const pair = await openPair(browser, site, 'docs/notes.txt', async (folder) => {
    await mkdir(path.join(folder, 'docs'))
    await rename(path.join(folder, 'notes.txt'), path.join(folder, 'docs/notes.txt'))
    await writeFile(path.join(folder, 'docs/other.txt'), 'other\n')
  })
  const { mina, jun, folder } = pair
  const tokens = await whileTyping(pair, 'docs/notes.txt', async () => {
    await mustRun(folder, 'mv', 'docs/notes.txt', 'docs/plan.txt')
    for (const { page } of [mina, jun]) await expect(page.getByRole('tab', { name: /^plan\.txt/ })).toBeVisible()
    await mustRun(folder, 'mv', 'docs', 'papers')
    for (const { page } of [mina, jun]) await expect(page).toHaveURL(/papers\/plan\.txt/)
  })
  // The model keeps the name it was opened with; the person reads the new one.
  for (const { page } of [mina, jun]) {
    await expect(page.getByRole('textbox', { name: 'plan.txt, code editor' })).toBeFocused()
    await expect(page.getByRole('tab')).toHaveCount(1)
  }
  const text = await expectAllOnce(
    folder,
    'papers/plan.txt',
    // The model keeps the name it was opened with.
    pair.people,
    [...tokens, 'title: old', 'middle', 'end: old'],
  )
  expect(countOf(text, '\n')).toBe(countOf(PAIR_TEXT, '\n'))
  expect((await mustRun(folder, 'find', '.', '-name', '*.txt')).split('\n').toSorted()).toEqual([
    '',
    './papers/other.txt',
    './papers/plan.txt',
  ])
  await pair.close()
})

test('[K5] a file that is deleted under two people is written back where one of them keeps it', async ({ browser }) => {
  const pair = await openPair(browser, site, 'notes.txt')
  const { mina, jun, folder } = pair
  const tokens = await whileTyping(pair, 'notes.txt', async () => {
    await mustRun(folder, 'rm', 'notes.txt')
    for (const { page } of [mina, jun]) await expect(page.getByRole('main').getByText(GONE)).toBeVisible()
    await jun.page.getByRole('button', { name: 'Keep (write it back)' }).click()
    for (const { page } of [mina, jun]) await expect(page.getByRole('main').getByText(GONE)).toBeHidden()
    await jun.placeCaret('notes.txt', 8, 10_000)
  })
  // What was typed while the pointer was on its way went to the button, so Jun's words may be cut there.
  const own = tokens.filter((token) => token.startsWith('m'))
  await expectAllOnce(folder, 'notes.txt', pair.people, [...own, 'title: old', 'middle', 'end: old'])
  await pair.close()
})
