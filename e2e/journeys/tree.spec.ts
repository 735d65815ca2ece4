import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Ide, openBrowser } from '../support/ide.ts'
import { until } from '../support/until.ts'
import { useProduct } from '../support/use-product.ts'
import { makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const row = (page: Page, name: string): Locator => page.getByRole('treeitem', { name, exact: true })
const notice = (page: Page, text: string): Locator => page.getByRole('status').filter({ hasText: text })

async function openTree(ide: Ide, files: readonly string[]): Promise<string> {
  const workspaceId = await makeWorkspace(site.admin, 'Tree')
  for (const file of files) await putFile(site.admin, workspaceId, file, `text of ${file}\n`)
  await ide.page.goto(`${site.product.url}/w/${workspaceId}`)
  await expect(row(ide.page, files.at(-1) ?? '')).toBeVisible({ timeout: 20_000 })
  return workspaceId
}

test('several entries are chosen, deleted together, and brought back by one Undo', async ({ browser }) => {
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  const workspaceId = await openTree(mina, ['a.txt', 'b.txt', 'c.txt', 'd.txt'])
  await row(page, 'a.txt').click()
  await expect(mina.editor('a.txt')).toBeVisible({ timeout: 20_000 })
  await row(page, 'c.txt').click({ modifiers: ['Shift'] })
  await row(page, 'b.txt').click({ modifiers: ['Control'] })
  await expect(page.locator('[role=treeitem][aria-selected=true]')).toHaveText(['a.txt', 'c.txt'])

  await page.getByRole('tree').focus()
  await page.keyboard.press('Delete')
  await expect(row(page, 'a.txt')).toHaveCount(0)
  await expect(row(page, 'c.txt')).toHaveCount(0)
  await notice(page, 'Deleted 2 items.').getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'a.txt')).toBeVisible()
  await expect(row(page, 'c.txt')).toBeVisible()
  expect(await readOnDisk(site.product, workspaceId, 'c.txt')).toBe('text of c.txt\n')

  await test.step('by keyboard alone', async () => {
    await page.getByRole('tree').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Shift+ArrowDown')
    await expect(page.locator('[role=treeitem][aria-selected=true]')).toHaveText(['a.txt', 'b.txt'])
    await page.keyboard.press('Escape')
    await expect(page.locator('[role=treeitem][aria-selected=true]')).toHaveText(['b.txt'])
    await page.keyboard.press('F2')
    await expect(page.getByLabel('New name of b.txt')).toBeFocused()
    await page.keyboard.type('best')
    await page.keyboard.press('Enter')
    await expect(row(page, 'best.txt')).toBeVisible()
  })

  await test.step('what is typed right after asking for a name goes into its field', async () => {
    await page.getByRole('tree').focus()
    await page.keyboard.press('F2')
    await page.keyboard.type('quick')
    await page.keyboard.press('Enter')
    await expect(row(page, 'quick.txt')).toBeVisible()
    await page.getByRole('button', { name: 'New file' }).click()
    await page.keyboard.type('made at once.txt')
    await page.keyboard.press('Enter')
    await expect(row(page, 'made at once.txt')).toBeVisible()
    await row(page, 'made at once.txt').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.keyboard.type('from the menu')
    await page.keyboard.press('Enter')
    await expect(row(page, 'from the menu.txt')).toBeVisible()
    await page.getByRole('tree').focus()
    await page.keyboard.press('Shift+F10')
    await page.getByRole('menuitem', { name: 'Rename' }).press('Enter')
    await page.keyboard.type('by keys')
    await page.keyboard.press('Enter')
    await expect(row(page, 'by keys.txt')).toBeVisible()
  })
  await mina.close()
})

test('entries move by dragging and by cut and paste; open tabs go along, and Undo takes them back', async ({
  browser,
}) => {
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  const workspaceId = await openTree(mina, ['into/kept.txt', 'other/x.txt', 'one.txt', 'two.txt'])

  await test.step('the field for a name says in which folder it will be', async () => {
    await row(page, 'into').click()
    await page.getByRole('button', { name: 'New file' }).click()
    await expect(page.getByPlaceholder('in into')).toBeFocused()
    await page.keyboard.press('Escape')
    await row(page, 'into').click()
  })

  await row(page, 'one.txt').click()
  await expect(mina.editor('one.txt')).toBeVisible({ timeout: 20_000 })
  await row(page, 'two.txt').click({ modifiers: ['Control'] })
  await row(page, 'one.txt').dragTo(row(page, 'into'))
  await expect(notice(page, 'Moved 2 items into into.')).toBeVisible()
  await until('both lie in the folder', async () =>
    readOnDisk(site.product, workspaceId, 'into/two.txt').catch(() => null),
  )
  expect(await readOnDisk(site.product, workspaceId, 'into/one.txt')).toBe('text of one.txt\n')
  await expect(page).toHaveURL(/\/f\/into\/one\.txt$/)
  await notice(page, 'Moved 2 items').getByRole('button', { name: 'Undo' }).click()
  await expect(page).toHaveURL(/\/f\/one\.txt$/)
  await expect.poll(() => readOnDisk(site.product, workspaceId, 'two.txt').catch(() => null)).toBe('text of two.txt\n')

  await test.step('a folder into a folder, which shows itself as the target', async () => {
    await row(page, 'other').hover()
    await page.mouse.down()
    await row(page, 'into').hover()
    await row(page, 'into').hover()
    await expect(notice(page, 'Drop to move other into into')).toBeVisible()
    await page.mouse.up()
    await expect
      .poll(() => readOnDisk(site.product, workspaceId, 'into/other/x.txt').catch(() => null))
      .toBe('text of other/x.txt\n')
  })

  await test.step('cut and paste', async () => {
    await page.getByRole('tree').focus()
    await page.keyboard.type('two')
    await page.keyboard.press('Control+x')
    await page.keyboard.type('kept')
    await page.keyboard.press('Control+v')
    await expect
      .poll(() => readOnDisk(site.product, workspaceId, 'into/two.txt').catch(() => null))
      .toBe('text of two.txt\n')
  })

  await test.step('a name that is taken is said, and nothing is overwritten', async () => {
    await putFile(site.admin, workspaceId, 'two.txt', 'another two\n')
    await expect(row(page, 'two.txt')).toHaveCount(2)
    await row(page, 'two.txt').last().dragTo(row(page, 'kept.txt'))
    await expect(page.getByRole('alert').filter({ hasText: 'two.txt was not moved' })).toBeVisible()
    expect(await readOnDisk(site.product, workspaceId, 'into/two.txt')).toBe('text of two.txt\n')
  })
  await mina.close()
})

test('a double click on a row cut by the lower edge opens that row, not its neighbour', async ({ browser }) => {
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  const names = Array.from({ length: 60 }, (_, i) => `file-${String(i).padStart(2, '0')}.txt`)
  const workspaceId = await makeWorkspace(site.admin, 'Long')
  for (const name of names) await putFile(site.admin, workspaceId, name, name)
  await page.goto(`${site.product.url}/w/${workspaceId}`)
  await expect(row(page, names[0] ?? '')).toBeVisible({ timeout: 20_000 })
  const boxOf = async (one: Locator) => {
    const found = await one.boundingBox()
    if (found === null) throw new Error('it is drawn')
    return found
  }
  const height = (await boxOf(row(page, names[0] ?? ''))).height
  const before = await boxOf(page.getByRole('tree'))
  // Half a row at the lower edge.
  await page.setViewportSize({ width: 1280, height: 800 + height / 2 - (before.height % height) })
  const box = await boxOf(page.getByRole('tree'))
  expect(box.height % height).toBe(height / 2)
  const [x, y] = [box.x + 60, box.y + box.height - 4]
  const under = await page.evaluate(
    ([left, top]) =>
      document.elementFromPoint(left ?? 0, top ?? 0)?.closest<HTMLElement>('[data-path]')?.dataset['path'],
    [x, y],
  )
  await page.mouse.click(x, y)
  await expect(page).toHaveURL(new RegExp(`/f/${under}$`))
  await expect(page.getByRole('tab')).toHaveCount(1)
  await page.mouse.click(x, y, { clickCount: 2 })
  await expect(mina.editor(under ?? '')).toBeFocused({ timeout: 20_000 })
  await expect(page).toHaveURL(new RegExp(`/f/${under}$`))
  await expect(page.getByRole('tab')).toHaveCount(1)
  await mina.close()
})

test('a file that is opened by its name is in sight in the tree, however deep and far down it lies', async ({
  browser,
}) => {
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  const names = Array.from({ length: 40 }, (_, i) => `file-${String(i).padStart(2, '0')}.txt`)
  await openTree(mina, [...names, 'zoo/inner/lion.txt', 'zoo/inner/zebra.txt', 'a.txt'])
  await page.keyboard.press('Control+p')
  await page.keyboard.type('zebra')
  await page.keyboard.press('Enter')
  await expect(mina.editor('zebra.txt')).toBeFocused({ timeout: 20_000 })
  await expect(row(page, 'zebra.txt')).toBeInViewport()
  await page.keyboard.press('Control+p')
  await page.keyboard.type('file-39')
  await page.keyboard.press('Enter')
  await expect(row(page, 'file-39.txt')).toBeInViewport()
  await page.keyboard.press('Control+p')
  await page.keyboard.type('lion')
  await page.keyboard.press('Enter')
  await expect(mina.editor('lion.txt')).toBeFocused({ timeout: 20_000 })
  await expect(row(page, 'lion.txt')).toBeInViewport()
  await mina.close()
})

test('tabs change places by dragging and by keyboard', async ({ browser }) => {
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  await openTree(mina, ['a.txt', 'b.txt', 'c.txt'])
  for (const name of ['a.txt', 'b.txt', 'c.txt']) {
    await row(page, name).click()
    await expect(mina.editor(name)).toBeFocused({ timeout: 20_000 })
  }
  const tabs = page.getByRole('tab')
  await expect(tabs).toHaveText(['a.txt', 'b.txt', 'c.txt'])
  await page.keyboard.press('Alt+Shift+PageUp')
  await expect(tabs).toHaveText(['a.txt', 'c.txt', 'b.txt'])
  await page.getByRole('tab', { name: 'b.txt' }).dragTo(page.getByRole('tab', { name: 'a.txt' }))
  await expect(tabs).toHaveText(['b.txt', 'a.txt', 'c.txt'])
  await mina.close()
})

test('what the menu of the tree offers is in the palette too', async ({ browser }) => {
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  await openTree(mina, ['src/in.txt', 'top.txt'])
  await row(page, 'src').click({ button: 'right' })
  const offered = await page.getByRole('menuitem').locator('span.truncate').allTextContents()
  expect(offered.length).toBeGreaterThan(5)
  await page.keyboard.press('Escape')
  await page.keyboard.press('F1')
  await page.keyboard.type('src')
  for (const label of offered) await expect(page.getByRole('option', { name: `${label}: src` })).toBeVisible()
  await mina.close()
})
