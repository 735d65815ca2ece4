import { expect, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const FILE = 'typing.txt'

test('a file opens with the caret at its beginning, where the eye is', async ({ browser }) => {
  const { admin } = site
  const workspaceId = await makeWorkspace(admin, 'Opening')
  const lines = Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join('')
  await putFile(admin, workspaceId, FILE, lines)
  const mina = await openBrowser(browser, admin)
  await mina.open(workspaceId, FILE)
  await mina.expectText(FILE, lines)
  await mina.editor(FILE).focus()
  await mina.page.keyboard.type('first ')
  await mina.expectText(FILE, `first ${lines}`)
  await mina.close()
})

test('a paste of 1 MB arrives at the colleague, in the log and on the disk', async ({ browser }) => {
  const { admin, product } = site
  const workspaceId = await makeWorkspace(admin, 'Paste')
  await putFile(admin, workspaceId, FILE, 'top\n')
  const a = await openBrowser(browser, admin)
  const b = await openBrowser(browser, await joinByInvite(admin, workspaceId, 'editor', 'Bora'))
  await a.open(workspaceId, FILE)
  await b.open(workspaceId, FILE)
  const pasted = Array.from({ length: 16_000 }, (_, i) => `line ${i} 한글 ${'~'.repeat(50)}\n`).join('')
  expect(Buffer.byteLength(pasted)).toBeGreaterThan(1 << 20)
  await a.placeCaret(FILE, 1, 1)
  await a.page.evaluate((text) => {
    const data = new DataTransfer()
    data.setData('text/plain', text)
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    )
  }, pasted)
  await a.expectText(FILE, `${pasted}top\n`)
  await b.expectText(FILE, `${pasted}top\n`)
  await a.expectStatus('Saved, on disk')
  expect(await readOnDisk(product, workspaceId, FILE)).toBe(`${pasted}top\n`)
  await a.close()
  await b.close()
})

test('Hangul is composed whole while a colleague types in the same line', async ({ browser }) => {
  const { admin } = site
  const workspaceId = await makeWorkspace(admin, 'Hangul')
  await putFile(admin, workspaceId, FILE, 'left  right\n')
  const mina = await openBrowser(browser, admin)
  const bora = await openBrowser(browser, await joinByInvite(admin, workspaceId, 'editor', 'Boram'))
  await mina.open(workspaceId, FILE)
  await bora.open(workspaceId, FILE)
  const ime = await mina.context.newCDPSession(mina.page)
  /** As an input method does: the syllable grows in steps, and is then committed. */
  const compose = async (steps: readonly string[], between: () => Promise<unknown>) => {
    for (const step of steps) {
      await ime.send('Input.imeSetComposition', { text: step, selectionStart: step.length, selectionEnd: step.length })
      await between()
    }
    await ime.send('Input.insertText', { text: steps.at(-1) ?? '' })
  }
  await mina.placeCaret(FILE, 1, 6)
  await bora.placeCaret(FILE, 1, 1)
  let typed = 0
  const colleagueTypes = async () => {
    await bora.page.keyboard.type(String(typed++ % 10))
    await expect.poll(() => mina.text(FILE)).toContain('0123456789'.slice(0, typed))
  }
  await compose(['ㅎ', '하', '한'], colleagueTypes)
  await compose(['ㄱ', '그', '글'], colleagueTypes)
  await compose(['ㅇ', '이'], colleagueTypes)
  const expected = '01234567left 한글이 right\n'
  await mina.expectText(FILE, expected)
  await bora.expectText(FILE, expected)
  await mina.page.keyboard.press('Control+z')
  await expect.poll(() => bora.text(FILE)).not.toMatch(/[ㄱ-ㅎㅏ-ㅣ]/)
  await mina.close()
  await bora.close()
})

test('thirty tabs are opened and each shows its own text', async ({ browser }) => {
  const { admin } = site
  const workspaceId = await makeWorkspace(admin, 'Tabs')
  const files = Array.from({ length: 30 }, (_, i) => `tab-${String(i + 1).padStart(2, '0')}.txt`)
  for (const file of files) await putFile(admin, workspaceId, file, `this is ${file}\n`)
  const a = await openBrowser(browser, admin)
  await a.open(workspaceId, files[0] ?? '')
  for (const file of files) {
    await a.page.getByRole('treeitem', { name: file }).click()
    await expect(a.editor(file)).toBeVisible()
    await a.expectText(file, `this is ${file}\n`)
  }
  await expect(a.page.getByRole('tab')).toHaveCount(30)
  await a.expectStatus(/^Saved/)
  await a.close()
})

test('Ctrl-S says that it is on disk and never opens the dialog of the browser', async ({ browser }) => {
  const { admin, product } = site
  const workspaceId = await makeWorkspace(admin, 'Save')
  await putFile(admin, workspaceId, FILE, '')
  const a = await openBrowser(browser, admin)
  await a.open(workspaceId, FILE)
  await a.placeCaret(FILE, 1, 1)
  await a.page.keyboard.type('flush me')
  await a.page.keyboard.press('Control+s')
  await expect(a.page.getByText('Saved, on disk').first()).toBeVisible()
  await expect.poll(() => readOnDisk(product, workspaceId, FILE)).toBe('flush me')
  await a.close()
})
