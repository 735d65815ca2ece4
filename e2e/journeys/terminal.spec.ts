import { expect, type Page, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const FILE = 'notes.txt'

async function workspaceNamed(name: string): Promise<string> {
  const workspaceId = await makeWorkspace(site.admin, name)
  await putFile(site.admin, workspaceId, FILE, 'notes\n')
  return workspaceId
}

/** What the terminal shows now; a row's spaces at its end are not drawn. */
const screenOf = (page: Page) => page.getByTestId('terminal').locator('.xterm-rows')
const inputOf = (page: Page) => page.getByTestId('terminal').locator('textarea')

async function showTerminals(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show or hide the terminals' }).click()
}

async function startTerminal(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New terminal' }).first().click()
  await expect(page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached')
  await expect(screenOf(page)).toContainText(/[$#]/)
}

test('two people and a late joiner see one screen, and who is typing', async ({ browser }) => {
  const workspaceId = await workspaceNamed('Screen')
  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, FILE)
  await showTerminals(owner.page)
  await startTerminal(owner.page)

  const mina = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'editor', 'Mina'))
  await mina.open(workspaceId, FILE)
  await showTerminals(mina.page)
  await expect(mina.page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached')
  await inputOf(mina.page).focus()
  await mina.page.keyboard.type('echo $((6*7))-한글')
  await expect(owner.page.getByText('Mina is typing')).toBeVisible()
  await mina.page.keyboard.press('Enter')
  await expect(screenOf(owner.page)).toContainText('42-한글')
  await expect(screenOf(mina.page)).toContainText('42-한글')

  // Each of two parts in full width: nothing doubled, nothing missing after a reload.
  await mina.page.keyboard.type('seq -s, 1 200')
  await mina.page.keyboard.press('Enter')
  await expect(screenOf(owner.page)).toContainText('198,199,200')
  const before = await screenOf(owner.page).textContent()
  await mina.page.reload()
  await expect(mina.page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached')
  await expect.poll(() => screenOf(mina.page).textContent()).toBe(before)
  await owner.close()
  await mina.close()
})

test('a viewer sees terminals only where the owner allows it, and never types', async ({ browser }) => {
  const workspaceId = await workspaceNamed('Watching')
  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, FILE)
  await showTerminals(owner.page)
  await startTerminal(owner.page)

  const viewer = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'viewer', 'Vera'))
  await viewer.open(workspaceId, FILE)
  await showTerminals(viewer.page)
  await expect(viewer.page.getByText('Terminals are shared with editors.')).toBeVisible()

  await site.admin.api.terminals.setViewersWatch.mutate({ workspaceId, isAllowed: true })
  await viewer.page.reload()
  await expect(viewer.page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached')
  await expect(viewer.page.getByText('View only: editors type here.')).toBeVisible()
  await viewer.page.getByTestId('terminal').click()
  await viewer.page.keyboard.type('echo never\n')
  await inputOf(owner.page).focus()
  await owner.page.keyboard.type('echo al""ways\n')
  await expect(screenOf(viewer.page)).toContainText('always')
  await expect(screenOf(owner.page)).not.toContainText('never')
  await owner.close()
  await viewer.close()
})

test('Run prints the constant that was typed a moment ago', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'Run')
  await putFile(site.admin, workspaceId, 'package.json', '{"scripts":{"show":"node show.js"}}\n')
  await putFile(site.admin, workspaceId, 'show.js', "console.log('value ' + (20000 + 1))\n")
  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, 'show.js')
  await owner.placeCaret('show.js', 1, 25)
  await owner.page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(owner.page.getByRole('menuitem', { name: /^show/ })).toBeVisible()
  await owner.page.keyboard.press('Escape')
  await owner.placeCaret('show.js', 1, 25)
  await owner.page.keyboard.type('7')
  await owner.page.getByRole('button', { name: 'Run', exact: true }).click()
  await owner.page.getByRole('menuitem', { name: /^show/ }).click()
  await expect(screenOf(owner.page)).toContainText(/value \d+/)
  const disk = await readOnDisk(site.product, workspaceId, 'show.js')
  const value = /\((\d+) \+ 1\)/.exec(disk)?.[1] ?? ''
  expect(value).toContain('7')
  await expect(screenOf(owner.page)).toContainText(`value ${Number(value) + 1}`)
  await owner.close()
})

test('a paste of several lines is shown first, Ctrl-C interrupts, a named file opens', async ({ browser }) => {
  const workspaceId = await workspaceNamed('Keys')
  await putFile(site.admin, workspaceId, 'notes/plan.md', 'one\ntwo\nthree\n')
  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, FILE)
  await showTerminals(owner.page)
  await startTerminal(owner.page)

  await inputOf(owner.page).evaluate((element) => {
    const data = new DataTransfer()
    data.setData('text/plain', 'echo first\necho sec""ond\n')
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  })
  const dialog = owner.page.getByRole('alertdialog')
  await expect(dialog).toContainText('echo first')
  await expect(dialog).toContainText('Paste 2 lines?')
  await dialog.getByRole('button', { name: 'Paste' }).click()
  await expect(screenOf(owner.page)).toContainText('echo first')
  await inputOf(owner.page).press('Enter')
  await expect(screenOf(owner.page)).toContainText('second')

  await owner.page.keyboard.type('sleep 1000\n')
  await owner.page.keyboard.press('Control+c')
  await owner.page.keyboard.type('echo inter""rupted notes/plan.md:2\n')
  await expect(screenOf(owner.page)).toContainText('interrupted notes/plan.md:2')
  const link = screenOf(owner.page)
    .locator('span', { hasText: /interrupted notes\/plan\.md:2/ })
    .last()
  const box = await link.boundingBox()
  if (box === null) throw new Error('the line is not drawn')
  await owner.page.mouse.move(box.x + 8 * 16, box.y + box.height / 2)
  await owner.page.mouse.click(box.x + 8 * 16, box.y + box.height / 2)
  await expect(owner.page.getByRole('tab', { name: /plan\.md/ })).toBeVisible()
  await expect(owner.page.getByText('Ln 2, Col 1')).toBeVisible()
  await owner.close()
})

test('a terminal outlives the server and says how its program ended', async ({ browser }) => {
  const workspaceId = await workspaceNamed('Outlive')
  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, FILE)
  await showTerminals(owner.page)
  await startTerminal(owner.page)
  await inputOf(owner.page).focus()
  await owner.page.keyboard.type('KEPT=still-here\n')
  await site.product.kill('SIGKILL')
  await site.product.restart()
  await expect(owner.page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached', { timeout: 30_000 })
  await inputOf(owner.page).focus()
  // Put together by the shell: the line as it was typed does not hold it.
  await owner.page.keyboard.type('echo "kept:$KEPT"\n')
  await expect(screenOf(owner.page)).toContainText('kept:still-here')
  await owner.page.keyboard.type('exit 3\n')
  await expect(owner.page.getByText('Ended with exit code 3.')).toBeVisible()
  await owner.close()
})
