import { expect, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile } from '../support/world.ts'

const site = useProduct()
/** Touched, not pointed at. */
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }
const LINES = Array.from({ length: 300 }, (_, i) => `line ${i + 1}\n`).join('')

test('one follows a colleague through lines and files until one types; scrolling only pauses', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'Follow')
  for (const file of ['first.txt', 'second.txt', 'third.txt']) await putFile(site.admin, workspaceId, file, LINES)
  const mina = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'editor', 'Mina'))
  const ada = await openBrowser(browser, site.admin, { viewport: { width: 1280, height: 500 } })
  await mina.open(workspaceId, 'first.txt')
  await ada.open(workspaceId, 'second.txt')
  const { page } = ada
  const frame = page
    .getByRole('status')
    .filter({ hasText: 'Mina' })
    .filter({ has: page.getByRole('button') })
  /** Monaco draws spaces that do not break. */
  const shown = (text: string) =>
    page.locator('.view-line').filter({ hasText: new RegExp(`^${text.replaceAll(' ', '\\s')}$`) })

  await page.getByRole('button', { name: 'Follow Mina' }).click()
  await expect(frame).toContainText('Following Mina')
  await expect(ada.editor('first.txt')).toBeVisible()
  await mina.placeCaret('first.txt', 250, 1)
  await expect(shown('line 250')).toBeVisible()
  await mina.page.getByRole('treeitem', { name: 'third.txt' }).click()
  await expect(ada.editor('third.txt')).toBeVisible()
  await mina.placeCaret('third.txt', 200, 1)
  await expect(shown('line 200')).toBeVisible()

  await test.step('scrolling pauses, and Resume goes back', async () => {
    await shown('line 200').hover()
    await page.mouse.wheel(0, -6000)
    await expect(frame).toContainText('Paused')
    await mina.placeCaret('third.txt', 280, 1)
    await mina.page.keyboard.type('here ')
    await ada.expectText('third.txt', LINES.replace('line 280', 'here line 280'))
    await expect(shown('here line 280')).toHaveCount(0)
    await frame.getByRole('button', { name: 'Resume' }).click()
    await expect(shown('here line 280')).toBeVisible()
  })

  await test.step('a name at the caret says whose it is', async () => {
    await expect(page.locator('.caret-label').filter({ hasText: 'Mina' })).toBeVisible()
  })

  await test.step('Esc closes what is open first, and then stops following', async () => {
    await page.keyboard.press('F1')
    await expect(page.getByPlaceholder('Type a command')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(frame).toContainText('Following Mina')
    await page.keyboard.press('Escape')
    await expect(frame).toHaveCount(0)
  })

  await test.step('typing stops it, and the next place of the colleague takes nobody along', async () => {
    await page.getByRole('button', { name: 'Follow Mina' }).click()
    await expect(frame).toContainText('Following Mina')
    await ada.editor('third.txt').focus()
    await page.keyboard.type('mine ')
    await expect(frame).toHaveCount(0)
    await mina.page.getByRole('treeitem', { name: 'first.txt' }).click()
    await expect(mina.editor('first.txt')).toBeVisible()
    await ada.expectStatus('Saved, on disk')
    await expect(ada.editor('third.txt')).toBeVisible()
  })

  await test.step('two tabs of one person are one avatar', async () => {
    const second = await mina.context.newPage()
    await second.goto(mina.page.url())
    await expect(second.getByRole('img', { name: 'Mina (you)' })).toBeVisible({ timeout: 20_000 })
    await expect(page.getByRole('button', { name: 'Follow Mina' })).toHaveCount(1)
    await second.close()
  })

  await test.step('who follows is told when the colleague leaves', async () => {
    await page.getByRole('button', { name: 'Follow Mina' }).click()
    await expect(frame).toContainText('Following Mina')
    await mina.close()
    await expect(frame).toHaveCount(0)
  })
  await ada.close()
})

test('on a phone the bar has room for the workspace’s name, and files and people stay within reach', async ({
  browser,
}) => {
  const workspaceId = await makeWorkspace(site.admin, 'Payment service')
  for (const file of ['first.txt', 'second.txt']) await putFile(site.admin, workspaceId, file, LINES)
  const [nari, juno] = [
    await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'editor', 'Nari')),
    await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'viewer', 'Juno')),
  ]
  for (const each of [nari, juno]) await each.open(workspaceId, 'second.txt')
  const phone = await openBrowser(browser, site.admin, PHONE)
  await phone.open(workspaceId, 'first.txt')
  const { page } = phone
  await page.getByRole('button', { name: '2 other people here' }).tap()
  await expect(page.getByRole('menuitem')).toHaveCount(2)
  const isCut = await page
    .getByRole('heading', { name: 'Payment service' })
    .evaluate((title) => title.scrollWidth > title.clientWidth)
  expect(isCut).toBe(false)
  await page.getByRole('menuitem', { name: 'Follow Nari' }).tap()
  await expect(phone.editor('second.txt')).toBeVisible()
  for (const name of ['Run', 'Share']) await expect(page.getByRole('button', { name })).toBeInViewport()

  const views = page.getByRole('navigation', { name: 'Views' })
  await views.getByRole('button', { name: 'Show or hide files' }).tap()
  await page.getByRole('treeitem', { name: 'first.txt' }).tap()
  await expect(phone.editor('first.txt')).toBeVisible()
  await views.getByRole('button', { name: 'Go to file' }).tap()
  await page.getByRole('option', { name: /^second\.txt/ }).tap()
  await expect(phone.editor('second.txt')).toBeVisible()
  for (const each of [nari, juno, phone]) await each.close()
})
