import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, type Locator, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { ROOT } from '../support/product.ts'
import { clickWord, inputOf, screenOf, showTerminals, startTerminal } from '../support/terminal.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const FILE = 'notes.txt'

async function workspaceNamed(name: string): Promise<string> {
  const workspaceId = await makeWorkspace(site.admin, name)
  await putFile(site.admin, workspaceId, FILE, 'notes\n')
  return workspaceId
}

interface EditorLike {
  trigger(source: string, command: string, payload: object): void
  getModel(): { getLineMaxColumn(line: number): number } | null
  setSelection(range: object): void
}
declare const window: { monaco: { editor: { getEditors(): readonly EditorLike[] } } } & Window

/** Types the constant in the editor and clicks before anything else can happen on the page. */
const typeAndClick = (entry: Locator, value: string): Promise<void> =>
  entry.evaluate((element: HTMLElement, text) => {
    const [editor] = window.monaco.editor.getEditors()
    const endColumn = editor?.getModel()?.getLineMaxColumn(1)
    editor?.setSelection({ startLineNumber: 1, endLineNumber: 1, startColumn: 18, endColumn })
    editor?.trigger('keyboard', 'type', { text })
    element.click()
  }, value)

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
  await expect(viewer.page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached')
  await expect(viewer.page.getByText('View only: editors type here.')).toBeVisible()
  await viewer.page.getByTestId('terminal').click()
  await viewer.page.keyboard.type('echo never\n')
  await inputOf(owner.page).focus()
  await owner.page.keyboard.type('echo al""ways\n')
  await expect(screenOf(viewer.page)).toContainText('always')
  await expect(screenOf(owner.page)).not.toContainText('never')

  await site.admin.api.terminals.setViewersWatch.mutate({ workspaceId, isAllowed: false })
  await expect(viewer.page.getByTestId('terminal')).toBeHidden()
  await expect(viewer.page.getByText('Terminals are shared with editors.')).toBeVisible()
  await owner.close()
  await viewer.close()
})

test('Run prints the constant that was typed a moment ago', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'Run')
  await putFile(site.admin, workspaceId, 'package.json', '{"scripts":{"show":"node show.js"}}\n')
  await putFile(site.admin, workspaceId, 'show.js', 'const constant = 0\nconsole.log(`value ${constant}!`)\n')
  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, 'show.js')
  for (const value of [17, 42, 99]) {
    // As fast as no hand is: the constant is typed while the menu is open, and Run follows in the same task.
    await owner.page.getByRole('button', { name: 'Run', exact: true }).click()
    const entry = owner.page.getByRole('menuitem', { name: /^show/ })
    await expect(entry).toBeVisible()
    await typeAndClick(entry, String(value))
    await expect(screenOf(owner.page)).toContainText(`value ${value}!`)
    expect(await readOnDisk(site.product, workspaceId, 'show.js')).toContain(`constant = ${value}\n`)
  }
  await owner.close()
})

test("a package's own tests run from the menu, in a terminal that a colleague sees too", async ({ browser }) => {
  const source = path.join(ROOT, 'node_modules/@pinojs/redact')
  const workspaceId = await workspaceNamed('Package')
  const suites = ['multiple-wildcards', 'prototype-pollution', 'selective-clone'].map((name) => `test/${name}.test.js`)
  for (const file of ['package.json', 'index.js', ...suites])
    await putFile(site.admin, workspaceId, file, await readFile(path.join(source, file)))
  // Its word about newer versions would push the result off the screen.
  await putFile(site.admin, workspaceId, '.npmrc', 'update-notifier=false\n')
  const tall = { viewport: { width: 1280, height: 1200 } }
  const owner = await openBrowser(browser, site.admin, tall)
  await owner.open(workspaceId, FILE)
  const mina = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'editor', 'Sumin'), tall)
  await mina.open(workspaceId, FILE)
  await showTerminals(mina.page)
  await owner.page.getByRole('button', { name: 'Run', exact: true }).click()
  await owner.page.getByRole('menuitem', { name: /^test:all/ }).click()
  for (const { page } of [owner, mina]) {
    await expect(screenOf(page)).toContainText(/pass [1-9]/, { timeout: 30_000 })
    await expect(screenOf(page)).toContainText('fail 0')
  }
  await owner.close()
  await mina.close()
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
  await clickWord(owner.page, 'plan.md:2')
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
  // What the server had not passed on yet would be lost with it.
  await owner.page.keyboard.type('KEPT=still-here; echo ke""pt\n')
  await expect(screenOf(owner.page)).toContainText('kept')
  await site.product.kill('SIGKILL')
  await site.product.restart()
  await expect(owner.page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached', { timeout: 30_000 })
  await expect(inputOf(owner.page)).toBeFocused()
  // Put together by the shell: the line as it was typed does not hold it.
  await owner.page.keyboard.type('echo "kept:$KEPT"\n')
  await expect(screenOf(owner.page)).toContainText('kept:still-here')
  await owner.page.keyboard.type('exit 3\n')
  await expect(owner.page.getByText('Ended with exit code 3.')).toBeVisible()
  await owner.close()
})
