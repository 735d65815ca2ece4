import { expect, type Page, test } from '@playwright/test'
import { type Ide, openBrowser } from '../support/ide.ts'
import {
  BETTER,
  cardsIn,
  expectNothingSerious,
  FILE,
  FIRST_ONLY,
  hunkIn,
  TEXT,
  useSuggestions,
} from '../support/suggestions.ts'
import { useProduct } from '../support/use-product.ts'
import { makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const { model, connectModel, openTogether, askForAll } = useSuggestions(site)

const box = (page: Page) => page.getByRole('textbox', { name: /^Ask AI to edit/ })

test('with no model, the box for AI says what to set up, and keeps what was asked', async ({ browser }) => {
  const { ides, close } = await openTogether(browser, [])
  const [ada] = ides as [Ide]
  await ada.placeCaret(FILE, 1, 1)
  await ada.page.keyboard.press('ControlOrMeta+i')
  await expect(ada.page.getByText('AI is not set up on this server')).toBeVisible()
  await expect(ada.page.getByRole('button', { name: 'Ask AI', exact: true })).toBeDisabled()
  await ada.page.keyboard.press('Escape')
  await expect(box(ada.page)).toHaveCount(0)
  await close()
})

test('AI proposes; another person accepts one hunk and rejects one; one undo returns the text; a viewer is told why not', async ({
  browser,
}) => {
  test.setTimeout(120_000)
  await connectModel()
  const { workspaceId, ides, close } = await openTogether(browser, ['editor', 'viewer'])
  const [ada, jun, vera] = ides as [Ide, Ide, Ide]

  await test.step('everyone sees both hunks, and whose they are; nothing has changed', async () => {
    await askForAll(ada, BETTER)
    for (const { page } of ides) {
      await expect(cardsIn(page)).toHaveCount(2)
      await expect(hunkIn(page, 1, 2)).toContainText('AI, asked by Ada')
      await expect(hunkIn(page, 1, 2)).toContainText('Math.sin(hour / 2)')
      await expect(hunkIn(page, 2, 2)).toContainText("return '물때'")
    }
    for (const ide of ides) await ide.expectText(FILE, TEXT)
    expect(JSON.stringify(model.upstream.seen.at(-1)?.body)).toContain('Make it better')
  })

  await test.step('they move with what somebody writes above', async () => {
    await ada.placeCaret(FILE, 1, 1)
    await ada.page.keyboard.type('// above\n')
    await jun.expectText(FILE, `// above\n${TEXT}`)
    await expect(cardsIn(jun.page)).toHaveCount(2)
    for (let i = 0; i < 9; i++) await ada.page.keyboard.press('Backspace')
    await jun.expectText(FILE, TEXT)
  })

  await test.step('a viewer who tries is told why nothing happens', async () => {
    await hunkIn(vera.page, 1, 2).getByRole('button', { name: 'Accept' }).click()
    await expect(vera.page.getByText('Deciding on them takes the role Editor')).toBeVisible()
    await expect(cardsIn(ada.page)).toHaveCount(2)
    await ada.expectText(FILE, TEXT)
  })

  await test.step('Jun steps to the first with F7 and accepts it with F9, and rejects the other by its button', async () => {
    await jun.placeCaret(FILE, 1, 1)
    await jun.page.keyboard.press('F7')
    await jun.page.keyboard.press('F9')
    for (const ide of ides) await ide.expectText(FILE, FIRST_ONLY)
    await expect(ada.page.locator('[role=status][aria-live=polite]')).toContainText(
      /Jun\d+ accepted 1 suggested change in tides\.ts/,
    )
    // Whose text it is, in the gutter of everyone: AI's, dashed, though Jun let it in.
    for (const { page } of ides)
      await expect(page.locator('.author-thread.is-agent.person-5:not(.suggested-thread)')).toHaveCount(1)
    await hunkIn(jun.page, 2, 2).getByRole('button', { name: 'Reject' }).click()
    for (const { page } of ides) await expect(cardsIn(page)).toHaveCount(0)
    await jun.expectText(FILE, FIRST_ONLY)
  })

  await test.step('what Jun types after it is undone first, then the accepted hunk, each with one Ctrl-Z', async () => {
    await jun.placeCaret(FILE, 4, 2)
    await jun.page.keyboard.type('끝')
    await ada.expectText(FILE, FIRST_ONLY.replace('}\n\n', '}끝\n\n'))
    await jun.page.keyboard.press('ControlOrMeta+z')
    await ada.expectText(FILE, FIRST_ONLY)
    await jun.page.keyboard.press('ControlOrMeta+z')
    for (const ide of ides) await ide.expectText(FILE, TEXT)
    await jun.expectStatus('Saved, on disk')
    expect(await readOnDisk(site.product, workspaceId, FILE)).toBe(TEXT)
  })
  await close()
})

test('two people who accept at once insert it once, and the later one is told by whom', async ({ browser }) => {
  await connectModel()
  const { ides, close } = await openTogether(browser, ['editor'])
  const [ada, jun] = ides as [Ide, Ide]
  await askForAll(ada, FIRST_ONLY)
  for (const { page } of ides) await expect(cardsIn(page)).toHaveCount(1)
  await Promise.all(
    ides.map(({ page }) => hunkIn(page, 1, 1).getByRole('button', { name: 'Accept' }).click({ timeout: 10_000 })),
  )
  for (const ide of ides) await ide.expectText(FILE, FIRST_ONLY)
  await ada.expectStatus('Saved, on disk')
  await ada.expectText(FILE, FIRST_ONLY)
  await expect(
    ada.page
      .getByText('Accepted 1 change')
      .or(ada.page.getByText(/accepted this first/))
      .first(),
  ).toBeVisible()
  await expect(
    jun.page
      .getByText('Accepted 1 change')
      .or(jun.page.getByText(/accepted this first/))
      .first(),
  ).toBeVisible()
  await close()
})

test('where the text has changed, three texts are compared, and nothing is applied unseen', async ({ browser }) => {
  await connectModel()
  const { ides, close } = await openTogether(browser, ['editor'])
  const [ada, jun] = ides as [Ide, Ide]
  await askForAll(ada, FIRST_ONLY)
  await expect(cardsIn(jun.page)).toHaveCount(1)
  await ada.placeCaret(FILE, 2, 31)
  await ada.page.keyboard.type(' * 10')
  const edited = TEXT.replace('Math.sin(hour)', 'Math.sin(hour) * 10')
  await jun.expectText(FILE, edited)
  await expect(hunkIn(jun.page, 1, 1)).toContainText('The text here has changed since')
  await hunkIn(jun.page, 1, 1).getByRole('button', { name: 'Compare' }).click()
  const dialog = jun.page.getByRole('dialog', { name: 'This text has changed since the suggestion' })
  const result = dialog.getByRole('textbox', { name: 'What will stand there' })
  await expect(result).toHaveValue('  const level = Math.sin(hour / 2) * 10\n')
  await jun.expectText(FILE, edited)
  await expectNothingSerious(jun.page)
  await dialog.getByRole('button', { name: 'Put this in' }).click()
  await expect(dialog).toHaveCount(0)
  await ada.expectText(FILE, TEXT.replace('Math.sin(hour)', 'Math.sin(hour / 2) * 10'))
  await jun.page.getByRole('button', { name: 'Undo' }).click()
  await ada.expectText(FILE, edited)
  await close()
})

test('what one has typed into a hunk a moment ago is there when it is judged', async ({ browser }) => {
  await connectModel()
  const workspaceId = await makeWorkspace(site.admin, 'Tides')
  await putFile(site.admin, workspaceId, FILE, TEXT)
  const ada = await openBrowser(browser, site.admin)
  const { page } = ada
  let held: (() => void)[] | null = null
  await page.routeWebSocket(/\/sync$/, (route) => {
    const server = route.connectToServer()
    route.onMessage((message) => (held === null ? server.send(message) : held.push(() => server.send(message))))
  })
  let accepts = 0
  page.on('request', (request) => (accepts += request.url().includes('suggestions.accept') ? 1 : 0))
  await ada.open(workspaceId, FILE)
  await askForAll(ada, FIRST_ONLY)
  await expect(cardsIn(page)).toHaveCount(1)
  await ada.placeCaret(FILE, 2, 12)
  held = []
  await page.keyboard.type('my')
  await page.keyboard.press('F9')
  // A request that the press had caused would have been seen before this answer.
  await page.evaluate(() => new Promise(requestAnimationFrame))
  expect(accepts).toBe(0)
  const sending = held
  held = null
  for (const send of sending) send()
  await expect(page.getByRole('dialog')).toContainText('Math.sin(hour / 2)')
  await ada.expectText(FILE, TEXT.replace('level =', 'levmyel ='))
  await ada.close()
})

test('a request is stopped at the model, a refusal says what to do, and the lines stay', async ({ browser }) => {
  await connectModel()
  const { workspaceId, ides, close } = await openTogether(browser, ['editor'])
  const [ada, jun] = ides as [Ide, Ide]
  const gate = Promise.withResolvers<void>()
  await askForAll(ada, BETTER)
  await expect(cardsIn(ada.page)).toHaveCount(2)
  model.plan = () => ({
    pieces: ['export ', 'never'],
    beforePiece: (index) => (index === 1 ? gate.promise : undefined),
  })
  await ada.page.keyboard.press('ControlOrMeta+a')
  await ada.page.keyboard.press('ControlOrMeta+i')
  await ada.page.keyboard.type('Something long')
  await ada.page.keyboard.press('Enter')
  await expect(ada.page.getByLabel('What AI has written so far')).toContainText('export')
  await expect(jun.page.locator('.suggested-working')).toBeVisible()
  const seen = await model.upstream.untilSeen(model.upstream.seen.length)
  await ada.page.keyboard.press('Escape')
  expect((await seen.closed).isCut).toBe(true)
  gate.resolve()
  await expect(ada.page.getByText('Cancelled. Nothing was changed.').first()).toBeVisible()
  await expect(box(ada.page)).toHaveValue('Something long')
  await expect(jun.page.locator('.suggested-working')).toHaveCount(0)

  await site.admin.api.ai.admin.setBudget.mutate({
    scope: 'workspace',
    scopeId: workspaceId,
    period: 'month',
    limit: 0,
  })
  await ada.page.keyboard.press('Enter')
  await expect(ada.page.getByText('The AI budget for this period is used up.').first()).toBeVisible()
  await expect(box(ada.page)).toHaveValue('Something long')
  await ada.expectText(FILE, TEXT)
  await close()
})

test('an Enter that ends a syllable asks once', async ({ browser }) => {
  await connectModel()
  const { ides, close } = await openTogether(browser, [])
  const [ada] = ides as [Ide]
  model.plan = () => ({ pieces: [FIRST_ONLY] })
  await ada.placeCaret(FILE, 1, 1)
  await ada.page.keyboard.press('ControlOrMeta+i')
  await expect(box(ada.page)).toBeFocused()
  const before = model.upstream.seen.length
  const devtools = await ada.page.context().newCDPSession(ada.page)
  await devtools.send('Input.insertText', { text: '반으로 나눠' })
  await devtools.send('Input.imeSetComposition', { text: '줘', selectionStart: 1, selectionEnd: 1 })
  await devtools.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    windowsVirtualKeyCode: 229,
    key: 'Process',
    code: 'Enter',
  })
  await devtools.send('Input.insertText', { text: '줘' })
  await ada.page.keyboard.press('Enter')
  await expect(cardsIn(ada.page)).toHaveCount(1)
  expect(model.upstream.seen.length).toBe(before + 1)
  expect(JSON.stringify(model.upstream.seen.at(-1)?.body)).toContain('반으로 나눠줘')
  await close()
})
