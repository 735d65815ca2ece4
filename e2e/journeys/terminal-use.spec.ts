import { expect, type Page, test } from '@playwright/test'
import { type Ide, openBrowser } from '../support/ide.ts'
import { clickWord, inputOf, placeOf, screenOf, showTerminals, startTerminal } from '../support/terminal.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile } from '../support/world.ts'

const site = useProduct()
const FILE = 'notes.txt'

/** The owner's browser with a terminal. */
async function atTerminal(
  browser: Parameters<typeof openBrowser>[0],
  name: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ owner: Ide; page: Page; workspaceId: string }> {
  const workspaceId = await makeWorkspace(site.admin, name)
  for (const [path, text] of Object.entries({ [FILE]: 'notes\n', ...files }))
    await putFile(site.admin, workspaceId, path, text)
  const owner = await openBrowser(browser, site.admin)
  await owner.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await owner.open(workspaceId, FILE)
  await showTerminals(owner.page)
  await startTerminal(owner.page)
  await inputOf(owner.page).focus()
  return { owner, page: owner.page, workspaceId }
}

/** Runs a line and waits for what it prints; `mark` must not stand in the line itself. */
async function run(page: Page, line: string, mark: string): Promise<void> {
  await page.keyboard.type(`${line}\n`)
  await expect(screenOf(page)).toContainText(mark)
}

const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText())

test('the menu opens by right-click, Shift-F10 and long press, and all of it is in the palette', async ({
  browser,
}) => {
  const { owner, page } = await atTerminal(browser, 'Menus')
  await run(page, 'echo cop""ied-word', 'copied-word')
  const menu = page.getByRole('menu')

  const place = await placeOf(page, 'copied-word')
  await page.mouse.dblclick(place.x, place.y)
  await clickWord(page, 'copied-word', 'right')
  await expect(menu).toBeVisible()
  await page.getByRole('menuitem', { name: /^Copy/ }).click()
  await expect.poll(() => clipboard(page)).toContain('copied')
  await expect(inputOf(page)).toBeFocused()

  await page.keyboard.press('Shift+F10')
  await expect(menu).toBeVisible()
  const entries = (await page.getByRole('menuitem').allInnerTexts()).map((text) => text.split('\n')[0] ?? '')
  expect(entries).toEqual(['Copy', 'Paste', 'Select all', 'Find', 'Read the output aloud', 'Rename…', 'Close'])
  await page.keyboard.press('Escape')
  await expect(inputOf(page)).toBeFocused()

  await page.keyboard.press('F1')
  const palette = page.getByRole('dialog')
  await palette.getByRole('combobox').fill('Terminal:')
  for (const entry of entries) await expect(palette.getByRole('option', { name: `Terminal: ${entry}` })).toBeVisible()
  await palette.getByRole('combobox').fill('Terminal: Find')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Find in the terminal' })).toBeFocused()
  await page.keyboard.type('copied')
  await expect(page.getByRole('search').getByRole('status')).toHaveText(/\d+ of \d+/)
  await page.keyboard.press('Escape')
  await expect(inputOf(page)).toBeFocused()

  // A finger that stays.
  const touch = await owner.context.newCDPSession(page)
  const at = await placeOf(page, 'copied-word')
  await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true })
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] })
  await expect(menu).toBeVisible()
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await expect(menu).toBeVisible()
  await owner.close()
})

test('keys lead into the terminal and out again, and nobody else moves them', async ({ browser }) => {
  const { owner, page, workspaceId } = await atTerminal(browser, 'Ways')
  const editor = owner.editor(FILE)
  await page.keyboard.press('Control+1')
  await expect(editor).toBeFocused()
  await page.keyboard.press('Control+`')
  await expect(inputOf(page)).toBeFocused()
  await page.keyboard.press('Control+`')
  await expect(page.getByTestId('terminal')).toBeHidden()
  await expect(editor).toBeFocused()
  await page.keyboard.press('Control+`')
  await expect(inputOf(page)).toBeFocused()

  // A colleague opens another and closes the one that is shown: what is typed meanwhile stays in the text.
  const mina = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'editor', 'Mina'))
  await mina.open(workspaceId, FILE)
  await showTerminals(mina.page)
  await startTerminal(mina.page)
  await owner.placeCaret(FILE, 1, 1)
  await mina.page.getByRole('tab', { name: 'shell', exact: true }).click()
  await mina.page.getByRole('button', { name: 'Close', exact: true }).click()
  await mina.page.getByRole('alertdialog').getByRole('button', { name: 'Close' }).click()
  await expect(page.getByRole('tab', { name: 'shell 2' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached')
  await expect(editor).toBeFocused()
  await page.keyboard.type('still here ')
  await owner.expectText(FILE, 'still here notes\n')

  // After a reload it is the same terminal, and the keys are still the text's.
  await startTerminal(page)
  await page.getByRole('tab', { name: 'shell 2' }).click()
  await page.reload()
  await expect(page.getByRole('tab', { name: 'shell 2' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached')
  await expect(inputOf(page)).not.toBeFocused()
  await owner.close()
  await mina.close()
})

test('names in the output open the file at line and column, absolute and from where the shell is', async ({
  browser,
}) => {
  const { owner, page } = await atTerminal(browser, 'Links', {
    'lib/fail.js': '\nfunction fail() {\n  throw new Error("x")\n}\nfail()\n',
  })
  await run(page, 'node lib/fail.js 2>&1 | grep "at fail" | cut -c1-400', 'fail.js:3:9)')
  await clickWord(page, 'fail.js:3:9)')
  await expect(page.getByText('Ln 3, Col 9')).toBeVisible()

  await inputOf(page).focus()
  await run(page, 'clear; cd lib; echo fa""il.js:5:2', 'fail.js:5:2')
  await expect(page.getByRole('tab', { name: 'shell', exact: true })).toHaveAttribute('title', 'shell · bash · lib')
  await clickWord(page, 'fail.js:5:2')
  await expect(page.getByText('Ln 5, Col 2')).toBeVisible()
  await owner.close()
})

test('Copy works where the browser gives pages no clipboard', async ({ browser }) => {
  const { owner, page } = await atTerminal(browser, 'Insecure')
  await run(page, 'echo plain""http', 'plainhttp')
  const read = await owner.context.newPage()
  await read.goto(page.url())
  await page.bringToFront()
  // As on an address without TLS that is not this machine.
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  const place = await placeOf(page, 'plainhttp')
  await page.mouse.dblclick(place.x, place.y)
  await page.keyboard.press('Control+Shift+c')
  await read.bringToFront()
  expect(await clipboard(read)).toContain('plainhttp')
  await read.evaluate(() => navigator.clipboard.writeText('other'))
  await page.bringToFront()
  await clickWord(page, 'plainhttp', 'right')
  await page.getByRole('menuitem', { name: /^Copy/ }).click()
  await read.bringToFront()
  expect(await clipboard(read)).toContain('plainhttp')
  await page.bringToFront()
  await clickWord(page, 'plainhttp', 'right')
  await page.getByRole('menuitem', { name: /^Paste/ }).click()
  await expect(page.getByText('Press Ctrl+V in the terminal.')).toBeVisible()
  await owner.close()
})

test('Hangul arrives once each syllable and takes two cells', async ({ browser }) => {
  const { owner, page } = await atTerminal(browser, 'Hangul')
  const ime = await owner.context.newCDPSession(page)
  // The shell has left the line to the program once this word is printed: what is typed then is echoed.
  await run(page, 'echo liste""ning; cat > typed.txt', 'listening')
  let typed = ''
  for (const steps of [
    ['ㅎ', '하', '한'],
    ['ㄱ', '그', '글'],
    ['ㅇ', '이', '입', '입력'],
  ]) {
    for (const text of steps)
      await ime.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
    await ime.send('Input.insertText', { text: steps.at(-1) ?? '' })
    // As fast as fingers, not as one command after another: xterm reads a syllable in a task after its end.
    typed += steps.at(-1) ?? ''
    await expect(screenOf(page)).toContainText(`listening${typed}`)
  }
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+d')
  await run(page, 'wc -m < typed.txt; cat typed.txt; echo do""ne', 'done')
  await expect(screenOf(page)).toContainText(/5\s*한글입력\s*done/)

  // Eight cells each: the bars stand under one another.
  await run(page, 'clear; printf "한글입력|\\n12345678|\\n가나ab12|\\n"; echo wi""dth', 'width')
  const bars = await screenOf(page).evaluate((rows) =>
    [...rows.children].flatMap((row) => {
      if (!row.textContent.includes('|') || row.textContent.includes('printf')) return []
      const range = document.createRange()
      const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
      for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
        const at = node.textContent?.indexOf('|') ?? -1
        if (at < 0) continue
        range.setStart(node, at)
        range.setEnd(node, at + 1)
        return [Math.round(range.getBoundingClientRect().x * 10) / 10]
      }
      return []
    }),
  )
  expect(bars).toHaveLength(3)
  for (const x of bars) expect(Math.abs(x - (bars[0] ?? 0))).toBeLessThan(1.5)
  await owner.close()
})

test('a late joiner scrolls through 5,000 lines, and a small window shows the prompt of a large one', async ({
  browser,
}) => {
  const { owner, page, workspaceId } = await atTerminal(browser, 'Late')
  await run(page, 'seq 1 6000', '6000')
  const session = await joinByInvite(site.admin, workspaceId, 'editor', 'Late')
  const late = await openBrowser(browser, session, { viewport: { width: 1280, height: 420 } })
  await late.open(workspaceId, FILE)
  await showTerminals(late.page)
  await expect(screenOf(late.page)).toContainText('6000')
  // The owner typed last, in a larger window: its last row is where the prompt is.
  const prompt = late.page
    .locator('.xterm-rows > div')
    .filter({ hasText: /[$#] *$/ })
    .last()
  await expect(prompt).toBeInViewport()
  const box = await late.page.getByTestId('terminal').boundingBox()
  const row = await prompt.boundingBox()
  expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual((box?.y ?? 0) + (box?.height ?? 0) + 1)

  await late.page.getByRole('button', { name: 'More for this terminal' }).click()
  await late.page.getByRole('menuitem', { name: /^Find/ }).click()
  const field = late.page.getByRole('textbox', { name: 'Find in the terminal' })
  await expect(field).toBeFocused()
  await late.page.keyboard.type('1100')
  await expect(screenOf(late.page)).toContainText(/1099\s*1100/)
  await owner.close()
  await late.close()
})

test('a program puts nothing on the clipboard and opens nothing by itself', async ({ browser }) => {
  const { owner, page } = await atTerminal(browser, 'Escape')
  await page.evaluate(() => navigator.clipboard.writeText('mine'))
  const opened: string[] = []
  owner.context.on('page', (other) => opened.push(other.url()))
  const link = (url: string, words: string): string => String.raw`\033]8;;${url}\033\\${words}\033]8;;\033\\\n`
  await run(
    page,
    `clear; printf '\\033]52;c;ZXZpbA==\\007${link('javascript:alert(1)', 'scr%sipt')}${link('file:///etc/passwd', 'pass%swd')}${link('https://example.invalid/x', 'innoc%sent')}' '' '' ''`,
    'innocent',
  )
  for (const word of ['script', 'passwd']) await clickWord(page, word)
  await clickWord(page, 'innocent')
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText('https://example.invalid/x')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(await clipboard(page)).toBe('mine')
  expect(opened).toEqual([])
  await owner.close()
})
