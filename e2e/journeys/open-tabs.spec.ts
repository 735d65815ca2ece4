import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { makeWorkspace, openFile, putFile, workspaceFolder } from '../support/world.ts'

const site = useProduct()
const tabsIn = (page: Page, group: number) => page.getByRole('region', { name: `Editor ${group}` }).getByRole('tab')
interface EditorLike {
  getPosition(): { lineNumber: number } | null
  getScrollTop(): number
  hasTextFocus(): boolean
  revealLineNearTop(line: number): void
}
declare const window: { monaco: { editor: { getEditors(): readonly EditorLike[] } } }
/** Where each editor is, by line. */
const placesIn = (page: Page) =>
  page
    .evaluate(() =>
      window.monaco.editor.getEditors().map((one) => ({
        line: one.getPosition()?.lineNumber,
        top: one.getScrollTop(),
        isScrolled: one.getScrollTop() > 0,
      })),
    )
    .then((places) => places.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)))
const scrollTo = (page: Page, line: number) =>
  page.evaluate(
    (at) =>
      window.monaco.editor
        .getEditors()
        .find((one) => one.hasTextFocus())
        ?.revealLineNearTop(at),
    line,
  )
const caret = (page: Page) => page.getByText(/^Ln \d+, Col \d+/)

test('open tabs, splits and places are there again on reload, later, and not in another window’s way', async ({
  browser,
}) => {
  const mina = await openBrowser(browser, site.admin)
  const { page, context } = mina
  const { url } = site.product
  const workspaceId = await makeWorkspace(site.admin, 'Tabs')
  const lines = Array.from({ length: 400 }, (_, i) => `line ${i + 1}\n`).join('')
  for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt'])
    await putFile(site.admin, workspaceId, name, `${name}\n${lines}`)
  const folder = workspaceFolder(site.product, workspaceId)
  await mina.open(workspaceId, 'a.txt')
  for (const name of ['b.txt', 'c.txt', 'd.txt']) {
    await page.getByRole('treeitem', { name }).click()
    await expect(mina.editor(name)).toBeFocused()
  }
  await expect(tabsIn(page, 1)).toHaveText(['a.txt', 'b.txt', 'c.txt', 'd.txt'])
  await mina.placeCaret('d.txt', 300, 4)
  await scrollTo(page, 290)
  await page.getByRole('button', { name: 'Split editor' }).click()
  await expect(page.getByRole('region', { name: 'Editor 2' })).toBeVisible()
  await tabsIn(page, 1).filter({ hasText: 'b.txt' }).click()
  await expect(mina.editor('b.txt')).toBeFocused()
  await mina.placeCaret('b.txt', 200, 3)
  await scrollTo(page, 190)
  const left = await placesIn(page)
  expect(left.map(({ line, isScrolled }) => [line, isScrolled])).toEqual([
    [200, true],
    [300, true],
  ])

  const expectAsLeft = async (): Promise<void> => {
    await expect(tabsIn(page, 1)).toHaveText(['a.txt', 'b.txt', 'c.txt', 'd.txt'])
    await expect(tabsIn(page, 2)).toHaveText(['d.txt'])
    await expect(page.getByRole('region', { name: 'Editor 1' }).getByRole('tab', { selected: true })).toHaveText(
      'b.txt',
    )
    await expect(page).toHaveURL(/\/f\/b\.txt$/)
    await expect(caret(page)).toHaveText(/^Ln 200, Col 3/, { timeout: 20_000 })
    await expect.poll(() => placesIn(page)).toEqual(left)
  }
  await test.step('on reload', async () => {
    await page.reload()
    await expectAsLeft()
  })
  await test.step('on coming back from the list of workspaces', async () => {
    await page.goto(url)
    await page.getByRole('link', { name: 'Tabs' }).click()
    await expectAsLeft()
  })
  await test.step('a link with a file and lines wins, and its tab is one more', async () => {
    await page.goto(`${url}/w/${workspaceId}/f/c.txt#L50-51`)
    await expect(caret(page)).toHaveText(/^Ln 51/, { timeout: 20_000 })
    await expect(tabsIn(page, 1)).toHaveText(['a.txt', 'b.txt', 'c.txt', 'd.txt'])
    await page.goto(`${url}/w/${workspaceId}/f/e.txt#L7`)
    await expect(caret(page)).toHaveText(/^Ln 7/, { timeout: 20_000 })
    await expect(tabsIn(page, 1)).toHaveText(['a.txt', 'b.txt', 'c.txt', 'e.txt', 'd.txt'])
    await page.keyboard.press('Alt+w')
    await tabsIn(page, 1).filter({ hasText: 'b.txt' }).click()
  })
  await test.step('another window goes its own way', async () => {
    const other = await context.newPage()
    await other.goto(`${url}/w/${workspaceId}`)
    await expect(tabsIn(other, 2)).toHaveText(['d.txt'], { timeout: 20_000 })
    await tabsIn(other, 2).first().focus()
    await other.keyboard.press('Delete')
    await expect(other.getByRole('region', { name: 'Editor 2' })).toHaveCount(0)
    await other.close()
    await page.reload()
    await expectAsLeft()
  })
  await test.step('files gone meanwhile are left out, renamed ones followed', async () => {
    await openFile(site.admin, workspaceId, 'a.txt')
    await page.goto('about:blank')
    await rm(path.join(folder, 'c.txt'))
    await rename(path.join(folder, 'a.txt'), path.join(folder, 'renamed.txt'))
    const tree = async () => (await site.admin.send(`/api/workspaces/${workspaceId}/tree`, {})).text
    await expect.poll(tree).toContain('renamed.txt')
    await expect.poll(tree).not.toContain('c.txt')
    await page.goto(`${url}/w/${workspaceId}`)
    await expect(tabsIn(page, 1)).toHaveText(['renamed.txt', 'b.txt', 'd.txt'], { timeout: 20_000 })
    await expect(page).toHaveURL(/\/f\/b\.txt$/)
  })
  await mina.close()
})
