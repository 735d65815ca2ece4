import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { mustRun, startRepository } from '../support/disk.ts'
import { openPair, type Pair } from '../support/pair.ts'
import { useProduct } from '../support/use-product.ts'

const site = useProduct()
const FILE = 'notes.txt'

const openHistory = async (page: Page) => {
  await page.getByRole('button', { name: 'History', exact: true }).click()
  return page.getByRole('region', { name: 'History' })
}
const textNow = async (ide: { text(file: string): Promise<string> }) => ide.text(FILE)

/** Two people and a program have written in the file; answers its text before the program did. */
async function writeAll(pair: Pair): Promise<string> {
  const { mina, jun, folder } = pair
  await mina.placeCaret(FILE, 4, 10_000)
  await mina.page.keyboard.type('from mina')
  await jun.placeCaret(FILE, 8, 10_000)
  await jun.page.keyboard.type('from jun')
  await mina.expectStatus('Saved, on disk')
  await jun.expectStatus('Saved, on disk')
  const both = await textNow(mina)
  expect(both).toContain('mina: from mina\n')
  await writeFile(path.join(folder, FILE), both.replace('title: old', 'title: by a program'))
  await expect.poll(() => textNow(mina)).toContain('by a program')
  await mina.expectStatus('Saved, on disk')

  return both
}

test('history shows both authors and the disk, what each session changed, and by its address to others', async ({
  browser,
}) => {
  const pair = await openPair(browser, site, FILE)
  const { mina, jun } = pair
  await writeAll(pair)
  const panel = await openHistory(mina.page)
  const entries = panel.locator('[data-entry]')
  await expect(entries).toHaveCount(3)
  await expect(entries.nth(0)).toContainText('Changed on the disk')
  await expect(entries.nth(0)).toContainText('+1 −1')
  await expect(entries.nth(1)).toContainText(/Ada|Jun/)
  await expect(entries.nth(1)).toContainText('Jun')
  await expect(entries.nth(1)).toContainText(', ')
  await expect(entries.nth(2)).toContainText('Opened from the disk')

  // What a session changed, by keyboard: down the list, then through its changes.
  await entries.nth(0).focus()
  await mina.page.keyboard.press('ArrowDown')
  await expect(entries.nth(1)).toBeFocused()
  await mina.page.keyboard.press('Enter')
  await expect(mina.page).toHaveURL(/\?at=\d+$/)
  const moment = mina.page.getByRole('region', { name: `${FILE} as it was` })
  await expect(moment.getByTestId('diff-place')).toHaveText('2 changes')
  await mina.page.keyboard.press('F7')
  await expect(moment.getByTestId('diff-place')).toContainText('1 of 2')

  // The address leads a colleague to the same moment.
  await jun.page.goto(mina.page.url())
  await expect(jun.page.getByRole('region', { name: `${FILE} as it was` }).getByTestId('diff-place')).toHaveText(
    '2 changes',
  )
  await jun.page.keyboard.press('Escape')
  await expect(jun.page).toHaveURL(/notes\.txt$/)

  await pair.close()
})

test('a moment is restored, and that undone by a button or Ctrl-Z without what others wrote since', async ({
  browser,
}) => {
  const pair = await openPair(browser, site, FILE)
  const { mina, jun } = pair
  const both = await writeAll(pair)
  const entries = (await openHistory(mina.page)).locator('[data-entry]')
  await expect(entries).toHaveCount(3)
  await entries.nth(1).click()
  const moment = mina.page.getByRole('region', { name: `${FILE} as it was` })
  await moment.getByRole('radio', { name: 'What changed since' }).check()
  await expect(moment.getByTestId('diff-place')).toHaveText('1 change')
  await moment.getByRole('button', { name: 'Restore' }).click()
  const dialog = mina.page.getByRole('alertdialog')
  await expect(dialog).toContainText('1 line changes')
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect.poll(() => textNow(jun)).toBe(both)
  await expect(mina.page).toHaveURL(/notes\.txt$/)

  // A colleague writes on; undoing the restore leaves that alone.
  await jun.placeCaret(FILE, 6, 10_000)
  await jun.page.keyboard.type(' and more')
  await expect.poll(() => textNow(mina)).toContain('middle and more')
  await mina.page.getByRole('button', { name: 'Undo restore' }).click()
  const wanted = both.replace('title: old', 'title: by a program').replace('middle', 'middle and more')
  await expect.poll(() => textNow(jun)).toBe(wanted)
  await mina.expectStatus('Saved, on disk')

  // Ctrl-Z does it too.
  await entries.last().click()
  await moment.getByRole('button', { name: 'Restore' }).click()
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect.poll(() => textNow(jun)).not.toContain('from mina')
  await expect(mina.editor(FILE)).toBeFocused()
  await mina.page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => textNow(jun)).toBe(wanted)
  await pair.close()
})

test('what git changed is told with its commit, apart from what people and programs wrote', async ({ browser }) => {
  const pair = await openPair(browser, site, FILE, async (folder) => {
    await startRepository(folder)
    await mustRun(folder, 'git', 'checkout', '--quiet', '-b', 'feature')
    await mustRun(folder, 'sed', '-i', 's/end: old/end: of the feature/', FILE)
    await mustRun(folder, 'git', 'commit', '--quiet', '--all', '--message', 'Say how it ends')
    await mustRun(folder, 'git', 'checkout', '--quiet', 'main')
  })
  const { mina, folder } = pair
  const hash = (await mustRun(folder, 'git', 'rev-parse', 'feature')).trim()
  const panel = await openHistory(mina.page)
  const entries = panel.locator('[data-entry]')
  await expect(entries).toHaveCount(1)

  await mustRun(folder, 'git', 'checkout', '--quiet', 'feature')
  await expect.poll(() => textNow(mina)).toContain('end: of the feature')
  await expect(entries.nth(0)).toContainText('Changed by git')
  await expect(entries.nth(0)).toContainText(`${hash.slice(0, 7)} Say how it ends`)

  // A program that writes is no git, whatever is checked out.
  const text = await textNow(mina)
  await writeFile(path.join(folder, FILE), text.replace('title: old', 'title: new'))
  await expect.poll(() => textNow(mina)).toContain('title: new')
  await expect(entries.nth(0)).toContainText('Changed on the disk')
  await expect(entries.nth(1)).toContainText('Say how it ends')
  await pair.close()
})
