import { expect, type Page, test } from '@playwright/test'
import { startStubUpstream, type StubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { openBrowser } from '../support/ide.ts'
import { until } from '../support/until.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const FILE = 'sum.ts'
const SUGGESTION = 'left + right'
let upstream: StubUpstream
let workspaceId = ''
let hold: Promise<void> | null = null

test.beforeAll(async () => {
  workspaceId = await makeWorkspace(site.admin, 'Ledger')
  await putFile(site.admin, workspaceId, FILE, 'const left = 1\nconst right = 2\n\n// end\n')
  upstream = await startStubUpstream(({ body }) => ({
    pieces: String(body['prompt']).endsWith('sum = ') ? [SUGGESTION] : [' '],
    beforePiece: () => hold ?? undefined,
  }))
})
test.afterAll(() => upstream.close())

/** How often the model was asked at the end of the line that the suggestion is for; colleagues have theirs. */
const askedForSum = (): number => upstream.seen.filter(({ body }) => /sum = .*$/.test(String(body['prompt']))).length

async function connectModel(): Promise<void> {
  const { admin, status } = site.admin.api.ai
  if ((await status.query()).status === 'ready') return
  const provider = await admin.saveProvider.mutate({ name: 'Stub', kind: 'openai', baseUrl: upstream.baseUrl })
  await admin.saveRoute.mutate({
    model: 'code',
    purpose: 'completion',
    providerId: provider.id,
    upstreamModel: 'tiny',
    maxTokens: 64,
    contextTokens: 16_000,
    // On a busy machine even a stub may take longer than what a person would wait for.
    firstTokenMs: 20_000,
  })
}

const ghost = (page: Page) => page.locator('.ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text')
const expectGhost = (page: Page, text: string) => expect(ghost(page).first()).toHaveText(text, { timeout: 15_000 })
const expectNone = (page: Page) => expect(ghost(page)).toHaveCount(0)

test('with no model the editor asks nobody and shows nothing', async ({ browser }) => {
  const ada = await openBrowser(browser, site.admin)
  const asked: string[] = []
  ada.page.on('request', (request) => asked.push(request.url()))
  // The question may share its request with others, and be asked as soon as the file is open.
  const status = ada.page.waitForResponse((response) => /\/trpc\/[^?]*\bai\.status\b/.test(response.url()))
  await ada.open(workspaceId, FILE)
  await ada.placeCaret(FILE, 3, 1)
  await ada.page.keyboard.type('x')
  await status
  await ada.page.keyboard.press('Backspace')
  await ada.expectStatus('Saved, on disk')
  expect(asked.filter((url) => url.includes('ai.completions'))).toEqual([])
  await expect(ada.page.getByRole('button', { name: /^Completions/ })).toHaveCount(0)
  await ada.close()
})

test('ghost text stays through a colleague’s edit elsewhere, goes on one inside, and Tab takes it', async ({
  browser,
}) => {
  test.setTimeout(120_000)
  await connectModel()
  const ada = await openBrowser(browser, site.admin)
  const jun = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'editor', 'Jun'))
  const problems: string[] = []
  ada.page.on('pageerror', (error) => problems.push(String(error)))
  await ada.open(workspaceId, FILE)
  await jun.open(workspaceId, FILE)
  const { page } = ada

  await test.step('it appears in the pause after typing', async () => {
    await ada.placeCaret(FILE, 3, 1)
    await page.keyboard.type('const sum = ')
    await expectGhost(page, SUGGESTION)
    await expect(page.getByRole('button', { name: 'Completions on' })).toBeVisible()
  })
  const askedBefore = askedForSum()

  await test.step('a colleague writes above: it moves along, and no model is asked again', async () => {
    await jun.placeCaret(FILE, 1, 1)
    await jun.page.keyboard.type('// above\n')
    await ada.expectText(FILE, '// above\nconst left = 1\nconst right = 2\nconst sum = \n// end\n')
    await expectGhost(page, SUGGESTION)
    expect(askedForSum()).toBe(askedBefore)
  })

  await test.step('typing along keeps it', async () => {
    await page.keyboard.type('left')
    await expectGhost(page, ' + right')
    expect(askedForSum()).toBe(askedBefore)
  })

  await test.step('a colleague writes inside its line: it goes', async () => {
    await jun.placeCaret(FILE, 4, 1)
    await jun.page.keyboard.type('export ')
    await ada.expectText(FILE, '// above\nconst left = 1\nconst right = 2\nexport const sum = left\n// end\n')
    await expectNone(page)
  })

  await test.step('Tab takes one, and it is saved', async () => {
    for (let i = 0; i < 5; i++) await page.keyboard.press('Backspace')
    await page.keyboard.type(' ')
    await expectGhost(page, SUGGESTION)
    await page.keyboard.press('Tab')
    const whole = '// above\nconst left = 1\nconst right = 2\nexport const sum = left + right\n// end\n'
    await ada.expectText(FILE, whole)
    await jun.expectText(FILE, whole)
    await ada.expectStatus('Saved, on disk')
    expect(await readOnDisk(site.product, workspaceId, FILE)).toBe(whole)
  })

  await test.step('leaving the file in the middle of a request stops it, without an error on the page', async () => {
    hold = new Promise(() => {})
    const before = upstream.seen.length
    await page.keyboard.type('\nconst other = ')
    await until('a request is under way', () => Promise.resolve(upstream.seen.length > before))
    const seen = await upstream.untilSeen(upstream.seen.length)
    await page.keyboard.press('Alt+w')
    expect((await seen.closed).isCut).toBe(true)
    hold = null
    expect(problems).toEqual([])
  })
  await ada.close()
  await jun.close()
})

test('turned off, nobody is asked; a file of secrets is never read', async ({ browser }) => {
  await putFile(site.admin, workspaceId, '.env', 'sum = ')
  await connectModel()
  const ada = await openBrowser(browser, site.admin)
  const asked: string[] = []
  ada.page.on('request', (request) => asked.push(request.url()))
  const completions = () => asked.filter((url) => url.includes('ai.completions.complete'))
  const { page } = ada
  await ada.open(workspaceId, FILE)
  await ada.placeCaret(FILE, 1, 1)
  await page.keyboard.type('x')
  const toggle = page.getByRole('button', { name: 'Completions on' })
  await expect(toggle).toBeVisible()
  await toggle.click()
  await page.reload()
  await ada.open(workspaceId, FILE)
  asked.length = 0
  await ada.placeCaret(FILE, 1, 1)
  await page.keyboard.type('const sum = ')
  await ada.expectStatus('Saved, on disk')
  expect(completions()).toEqual([])
  await page.keyboard.press('F1')
  await page.keyboard.type('AI completions')
  await page.keyboard.press('Enter')
  await ada.open(workspaceId, '.env')
  await ada.placeCaret('.env', 1, 7)
  await page.keyboard.type('sum = ')
  await ada.expectStatus('Saved, on disk')
  expect(completions()).toEqual([])
  const refused = await site.admin.api.ai.completions.complete.mutate({
    workspaceId,
    path: '.env',
    language: 'ini',
    prefix: 'sum = ',
  })
  expect(refused).toEqual({ status: 'not_offered', reason: 'secret_file' })
  await ada.close()
})
