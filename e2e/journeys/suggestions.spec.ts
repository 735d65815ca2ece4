import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, expect, type Page, test } from '@playwright/test'
import type { StubPlan } from '#server/ai/testing/stub-answer.ts'
import { type StubUpstream, startStubUpstream } from '#server/ai/testing/stub-upstream.ts'
import type { Session } from '../support/api.ts'
import { type Ide, openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const FILE = 'src/tides.ts'
const TEXT = `export function tide(hour: number) {
  const level = Math.sin(hour)
  return level
}

export function name() {
  return 'tide'
}
`
/** Two changes, apart enough to be two hunks. */
const BETTER = TEXT.replace('Math.sin(hour)', 'Math.sin(hour / 2)').replace("'tide'", "'물때'")
const FIRST_ONLY = TEXT.replace('Math.sin(hour)', 'Math.sin(hour / 2)')
let upstream: StubUpstream
let plan: () => StubPlan = () => ({})
let names = 0

test.beforeAll(async () => {
  upstream = await startStubUpstream(() => plan())
})
test.afterAll(() => upstream.close())

async function connectModel(): Promise<void> {
  const { admin, status } = site.admin.api.ai
  if ((await status.query()).status === 'ready') return
  const provider = await admin.saveProvider.mutate({ name: 'Stub', kind: 'openai', baseUrl: upstream.baseUrl })
  await admin.saveRoute.mutate({
    model: 'team-model',
    purpose: 'chat',
    providerId: provider.id,
    upstreamModel: 'upstream-model',
    maxTokens: 4000,
    contextTokens: 32_000,
    inputPrice: 1_000_000,
    outputPrice: 1_000_000,
  })
}

/** A workspace with the file, and people in it who see it. */
async function openTogether(browser: Browser, roles: readonly ('editor' | 'viewer')[], text = TEXT) {
  const workspaceId = await makeWorkspace(site.admin, 'Tides')
  await putFile(site.admin, workspaceId, FILE, text)
  const sessions: Session[] = [site.admin]
  for (const role of roles) {
    names += 1
    sessions.push(await joinByInvite(site.admin, workspaceId, role, `${role === 'viewer' ? 'Vera' : 'Jun'}${names}`))
  }
  const ides: Ide[] = []
  for (const session of sessions) {
    const ide = await openBrowser(browser, session)
    await ide.open(workspaceId, FILE)
    ides.push(ide)
  }
  return {
    workspaceId,
    sessions,
    ides,
    close: async () => {
      for (const ide of ides) await ide.close()
    },
  }
}

const hunk = (page: Page, number: number, count: number) =>
  page.locator('.monaco-editor').getByRole('region', { name: new RegExp(`^Suggested change ${number} of ${count},`) })
const cards = (page: Page) => page.locator('.monaco-editor').getByRole('region', { name: /^Suggested change/ })
const box = (page: Page) => page.getByRole('textbox', { name: /^Ask AI to edit/ })

async function expectNothingSerious(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => [id, nodes.map((node) => `${node.html} ${node.failureSummary}`)])).toEqual([])
}

/** Selects all and asks AI, whose whole answer is `text`. */
async function askForAll(ide: Ide, text: string, instruction = 'Make it better'): Promise<void> {
  plan = () => ({ pieces: [text] })
  await ide.placeCaret(FILE, 1, 1)
  await ide.page.keyboard.press('ControlOrMeta+a')
  await ide.page.keyboard.press('ControlOrMeta+i')
  await ide.page.keyboard.type(instruction)
  await ide.page.keyboard.press('Enter')
}

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
      await expect(cards(page)).toHaveCount(2)
      await expect(hunk(page, 1, 2)).toContainText('AI, asked by Ada')
      await expect(hunk(page, 1, 2)).toContainText('Math.sin(hour / 2)')
      await expect(hunk(page, 2, 2)).toContainText("return '물때'")
    }
    for (const ide of ides) await ide.expectText(FILE, TEXT)
    expect(JSON.stringify(upstream.seen.at(-1)?.body)).toContain('Make it better')
  })

  await test.step('they move with what somebody writes above', async () => {
    await ada.placeCaret(FILE, 1, 1)
    await ada.page.keyboard.type('// above\n')
    await jun.expectText(FILE, `// above\n${TEXT}`)
    await expect(cards(jun.page)).toHaveCount(2)
    for (let i = 0; i < 9; i++) await ada.page.keyboard.press('Backspace')
    await jun.expectText(FILE, TEXT)
  })

  await test.step('a viewer who tries is told why nothing happens', async () => {
    await hunk(vera.page, 1, 2).getByRole('button', { name: 'Accept' }).click()
    await expect(vera.page.getByText('Deciding on them takes the role Editor')).toBeVisible()
    await expect(cards(ada.page)).toHaveCount(2)
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
    await hunk(jun.page, 2, 2).getByRole('button', { name: 'Reject' }).click()
    for (const { page } of ides) await expect(cards(page)).toHaveCount(0)
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
  for (const { page } of ides) await expect(cards(page)).toHaveCount(1)
  await Promise.all(
    ides.map(({ page }) => hunk(page, 1, 1).getByRole('button', { name: 'Accept' }).click({ timeout: 10_000 })),
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
  await expect(cards(jun.page)).toHaveCount(1)
  await ada.placeCaret(FILE, 2, 31)
  await ada.page.keyboard.type(' * 10')
  const edited = TEXT.replace('Math.sin(hour)', 'Math.sin(hour) * 10')
  await jun.expectText(FILE, edited)
  await expect(hunk(jun.page, 1, 1)).toContainText('The text here has changed since')
  await hunk(jun.page, 1, 1).getByRole('button', { name: 'Compare' }).click()
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
  await expect(cards(page)).toHaveCount(1)
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
  await expect(cards(ada.page)).toHaveCount(2)
  plan = () => ({ pieces: ['export ', 'never'], beforePiece: (index) => (index === 1 ? gate.promise : undefined) })
  await ada.page.keyboard.press('ControlOrMeta+a')
  await ada.page.keyboard.press('ControlOrMeta+i')
  await ada.page.keyboard.type('Something long')
  await ada.page.keyboard.press('Enter')
  await expect(ada.page.getByLabel('What AI has written so far')).toContainText('export')
  await expect(jun.page.locator('.suggested-working')).toBeVisible()
  const seen = await upstream.untilSeen(upstream.seen.length)
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
  plan = () => ({ pieces: [FIRST_ONLY] })
  await ada.placeCaret(FILE, 1, 1)
  await ada.page.keyboard.press('ControlOrMeta+i')
  await expect(box(ada.page)).toBeFocused()
  const before = upstream.seen.length
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
  await expect(cards(ada.page)).toHaveCount(1)
  expect(upstream.seen.length).toBe(before + 1)
  expect(JSON.stringify(upstream.seen.at(-1)?.body)).toContain('반으로 나눠줘')
  await close()
})

test('a viewer suggests instead of editing, and an editor takes it over', async ({ browser }) => {
  const { ides, close } = await openTogether(browser, ['viewer'])
  const [ada, vera] = ides as [Ide, Ide]
  await vera.placeCaret(FILE, 3, 1)
  await vera.page.keyboard.press('Alt+i')
  const field = vera.page.getByRole('textbox', { name: 'The text as you would have it' })
  await expect(field).toHaveValue('  return level')
  await field.fill('  return level * 100')
  await vera.page.getByRole('textbox', { name: 'Why (optional)' }).fill('In centimetres')
  await vera.page.keyboard.press('ControlOrMeta+Enter')
  await expect(hunk(ada.page, 1, 1)).toContainText('In centimetres')
  await expect(hunk(ada.page, 1, 1)).toContainText(/^.*Vera\d+/s)
  await ada.expectText(FILE, TEXT)
  await hunk(ada.page, 1, 1).getByRole('button', { name: 'Accept' }).click()
  await vera.expectText(FILE, TEXT.replace('return level\n', 'return level * 100\n'))
  await close()
})

test('code of a chat becomes a suggestion, in the file that is meant or chosen', async ({ browser }) => {
  await connectModel()
  const { workspaceId, ides, close } = await openTogether(browser, [])
  const [ada] = ides as [Ide]
  const { page } = ada
  await page.getByRole('button', { name: 'Chat', exact: true }).click()
  await page.getByRole('button', { name: 'Begin a chat' }).click()
  const ask = async (answer: string): Promise<void> => {
    plan = () => ({ pieces: [answer] })
    await page.getByRole('textbox', { name: 'Message' }).fill('Change it')
    await page.keyboard.press('Enter')
  }

  await ask(`Here:\n\n\`\`\`ts ${FILE}\n${FIRST_ONLY}\`\`\`\n`)
  await page.getByRole('button', { name: 'Apply as a suggestion' }).click()
  await expect(page.getByText('Suggested 1 change in tides.ts.')).toBeVisible()
  await expect(hunk(page, 1, 1)).toContainText('Math.sin(hour / 2)')
  await ada.expectText(FILE, TEXT)
  await hunk(page, 1, 1).getByRole('button', { name: 'Accept' }).click()
  await ada.expectText(FILE, FIRST_ONLY)

  await putFile(site.admin, workspaceId, 'notes.txt', 'nothing alike\n')
  await ask('Or:\n\n```\nsomething else\n```\n')
  const applies = page.getByRole('button', { name: 'Apply as a suggestion' })
  await expect(applies).toHaveCount(2)
  await applies.last().click()
  const dialog = page.getByRole('dialog', { name: 'Apply this code as a suggestion' })
  await dialog.getByRole('textbox', { name: 'Path of a file' }).fill('notes')
  await expect(dialog.getByRole('radio', { name: 'notes.txt' })).toBeChecked()
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('Nothing in this file resembles the code.')).toBeVisible()
  await dialog.getByRole('button', { name: 'In the place of the whole file' }).click()
  await page.getByRole('button', { name: 'Show', exact: true }).last().click()
  await expect(hunk(page, 1, 1)).toContainText('something else')
  await ada.expectText('notes.txt', 'nothing alike\n')
  await close()
})

test('on a phone, without the editor, hunks are read and accepted', async ({ browser }) => {
  await connectModel()
  const { workspaceId, sessions, ides, close } = await openTogether(browser, ['editor'])
  const [ada] = ides as [Ide]
  await askForAll(ada, BETTER)
  await expect(cards(ada.page)).toHaveCount(2)
  const phone = await openBrowser(browser, sessions[1] as Session, {
    viewport: { width: 360, height: 740 },
    locale: 'ko',
  })
  const { page } = phone
  const scripts: string[] = []
  page.on('request', (request) => scripts.push(request.url()))
  await page.goto(`${site.product.url}/w/${workspaceId}/suggestions`)
  const first = page.getByRole('article', { name: /^제안된 변경 2개 중 1번째/ })
  await expect(first).toContainText('Math.sin(hour / 2)')
  expect(scripts.filter((url) => /monaco|ide-page/.test(url))).toEqual([])
  await expectNothingSerious(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await first.getByRole('button', { name: '수락' }).click()
  await ada.expectText(FILE, FIRST_ONLY)
  await expect(first).toContainText('수락함')
  await first.getByRole('button', { name: '실행 취소' }).click()
  await ada.expectText(FILE, TEXT)
  await phone.close()
  await close()
})

test('the list opens the file at the hunk, and has nothing that assistive technology would stumble over', async ({
  browser,
}) => {
  await connectModel()
  const { workspaceId, ides, close } = await openTogether(browser, [])
  const [ada] = ides as [Ide]
  const { page } = ada
  await askForAll(ada, BETTER)
  await expect(cards(page)).toHaveCount(2)
  await putFile(site.admin, workspaceId, 'other.txt', 'another\n')
  await ada.open(workspaceId, 'other.txt')
  await page.keyboard.press('ControlOrMeta+Alt+s')
  const list = page.getByRole('region', { name: 'Suggestions', exact: true })
  await expect(list.getByRole('article')).toHaveCount(2)
  await list.getByRole('button', { name: 'Line 7' }).click()
  await expect(hunk(page, 2, 2)).toBeVisible()
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await expectNothingSerious(page)
  }
  await close()
})
