import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { type StubUpstream, startStubUpstream } from '#server/ai/testing/stub-upstream.ts'
import type { StubPlan } from '#server/ai/testing/stub-answer.ts'
import type { Session } from '../support/api.ts'
import { withDatabase } from '../support/database.ts'
import { type Ide, openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile } from '../support/world.ts'

const site = useProduct()
let upstream: StubUpstream
let plan: () => StubPlan = () => ({})

test.beforeAll(async () => {
  upstream = await startStubUpstream(() => plan())
  const { admin } = site.admin.api.ai
  const { id: providerId } = await admin.saveProvider.mutate({
    name: 'Stub',
    kind: 'openai',
    baseUrl: upstream.baseUrl,
  })
  const prices = { inputPrice: 1_000_000, outputPrice: 1_000_000 }
  const limits = { maxTokens: 1000, contextTokens: 8000 }
  await admin.saveRoute.mutate({
    model: 'team-model',
    purpose: 'chat',
    providerId,
    upstreamModel: 'upstream-model',
    ...limits,
    ...prices,
  })
})
test.afterAll(() => upstream.close())

const openChat = async (browser: Browser, session: Session, workspaceId: string, chatId: string): Promise<Ide> => {
  const ide = await openBrowser(browser, session)
  await ide.page.goto(`${site.product.url}/w/${workspaceId}/chat/${chatId}`)
  await expect(ide.page.getByRole('textbox', { name: 'Message' })).toBeVisible()
  return ide
}
const makeChat = async (session: Session, workspaceId: string): Promise<string> =>
  (await session.api.chat.create.mutate({ workspaceId: workspaceId as never, title: 'Retry policy', isShared: true }))
    .id
const write = async (page: Page, text: string): Promise<void> => {
  await page.getByRole('textbox', { name: /^(Message|메시지)$/ }).fill(text)
  await page.keyboard.press('Enter')
}
const log = (page: Page) => page.getByRole('log', { name: 'Messages' })
const answer = (page: Page) => page.getByRole('article', { name: /^AI,/ }).last()

const rowsOf = <T extends object>(query: string): Promise<T[]> =>
  withDatabase(site.product, async (client) => (await client.query<T>(query)).rows)

/** An upstream whose pieces come when the test lets them. */
function heldPieces(pieces: readonly string[]) {
  const gates = pieces.map(() => Promise.withResolvers<void>())
  return {
    plan: (): StubPlan => ({ pieces, beforePiece: (index) => gates[index]?.promise }),
    release: (count: number) => gates.slice(0, count).forEach((gate) => gate.resolve()),
  }
}

test('three people see one answer grow, one reloads in mid-stream, another stops it, a third asks again', async ({
  browser,
}) => {
  const workspaceId = await makeWorkspace(site.admin, 'chat')
  const [jun, noa] = [
    await joinByInvite(site.admin, workspaceId, 'editor', 'Jun'),
    await joinByInvite(site.admin, workspaceId, 'editor', 'Noa'),
  ]
  const chatId = await makeChat(site.admin, workspaceId)
  const people: Ide[] = []
  for (const one of [site.admin, jun, noa]) people.push(await openChat(browser, one, workspaceId, chatId))
  const pages = people.map((one) => one.page) as [Page, Page, Page]
  const [a, b, c] = pages

  const held = heldPieces(['The **first** part. ', '두 번째 부분. ', 'never said'])
  plan = held.plan
  await write(a, 'What would you change?')
  held.release(1)
  for (const page of pages) await expect(answer(page)).toContainText('The first part.')

  await c.reload()
  held.release(2)
  for (const page of pages) await expect(answer(page)).toContainText('The first part. 두 번째 부분.')
  const texts = await Promise.all(pages.map((page) => answer(page).locator('.chat-prose').innerText()))
  expect(new Set(texts).size).toBe(1)

  await write(b, 'And a test for it?')
  await expect(log(a)).toContainText('waits for its turn')
  await b.getByRole('button', { name: 'Cancel' }).click()
  await expect(log(a)).not.toContainText('And a test for it?')

  await b.getByRole('button', { name: 'Stop' }).click()
  for (const page of pages) await expect(answer(page)).toContainText('Stopped by Jun')
  expect(await upstream.seen.at(-1)?.closed).toMatchObject({ isCut: true })

  plan = () => ({ pieces: ['A better answer.'] })
  await c.getByRole('button', { name: 'Answer again' }).click()
  for (const page of pages) await expect(answer(page)).toContainText('A better answer.')
  await a.getByRole('button', { name: 'Earlier version' }).click()
  await expect(answer(a)).toContainText('The first part.')
  for (const one of people) await one.close()
})

test('a viewer writes to people, and is told why not to AI', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'viewers')
  const vera = await joinByInvite(site.admin, workspaceId, 'viewer', 'Vera')
  const chatId = await makeChat(site.admin, workspaceId)
  const viewer = await openChat(browser, vera, workspaceId, chatId)
  await expect(viewer.page.getByText('Asking AI takes the role Editor')).toBeVisible()
  await expect(viewer.page.getByRole('radio', { name: 'AI' })).toHaveCount(0)
  await write(viewer.page, '사람들에게만')
  const owner = await openChat(browser, site.admin, workspaceId, chatId)
  await expect(log(owner.page)).toContainText('사람들에게만')
  await viewer.close()
  await owner.close()
})

test('an Enter that ends a syllable sends once, and Shift+Enter begins a line', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'hangul')
  const chatId = await makeChat(site.admin, workspaceId)
  const ide = await openChat(browser, site.admin, workspaceId, chatId)
  const { page } = ide
  await page.getByRole('radio', { name: 'People' }).click()
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.focus()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Input.insertText', { text: '음악 바꿔' })
  await devtools.send('Input.imeSetComposition', { text: '줘', selectionStart: 1, selectionEnd: 1 })
  // As Chromium tells it: the input method's own key first, then the syllable ends, then the key for the page.
  await devtools.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    windowsVirtualKeyCode: 229,
    key: 'Process',
    code: 'Enter',
  })
  await devtools.send('Input.insertText', { text: '줘' })
  await page.keyboard.press('Enter')
  await expect(page.getByRole('article')).toHaveCount(1)
  await expect(page.getByRole('article')).toContainText('음악 바꿔줘')
  await expect(field).toHaveValue('')
  await field.pressSequentially('one')
  await page.keyboard.press('Shift+Enter')
  await field.pressSequentially('two')
  await expect(field).toHaveValue('one\ntwo')
  await ide.close()
})

test('who reads further up is told what came, and not moved', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'scrolling')
  const chatId = await makeChat(site.admin, workspaceId)
  const jun = await joinByInvite(site.admin, workspaceId, 'editor', 'Jin')
  const [a, b] = [
    await openChat(browser, site.admin, workspaceId, chatId),
    await openChat(browser, jun, workspaceId, chatId),
  ]
  await b.page.getByRole('radio', { name: 'People' }).click()
  await write(b.page, Array.from({ length: 80 }, (_, line) => `line ${line}`).join('\n'))
  await expect(log(a.page)).toContainText('line 79')
  await log(a.page).evaluate((element) => element.scrollTo({ top: 0 }))
  await expect.poll(() => log(a.page).evaluate((element) => element.scrollTop)).toBe(0)
  for (const text of ['one', 'two', 'three']) {
    await write(b.page, text)
    await expect(log(b.page).getByRole('article').last()).toContainText(text)
  }
  await expect(a.page.getByRole('button', { name: '3 new' })).toBeVisible()
  expect(await log(a.page).evaluate((element) => element.scrollTop)).toBe(0)
  await a.page.getByRole('button', { name: '3 new' }).click()
  await expect(log(a.page).getByRole('article').last()).toBeInViewport()
  await a.close()
  await b.close()
})

test('has nothing that assistive technology would stumble over, in both languages', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'accessible')
  const chatId = await makeChat(site.admin, workspaceId)
  plan = () => ({ pieces: ['Text, and `code`:\n\n```ts\nconst a = 1\n```\n'] })
  for (const locale of ['en', 'ko']) {
    const ide = await openBrowser(browser, site.admin, { locale })
    await ide.page.goto(`${site.product.url}/w/${workspaceId}/chat/${chatId}`)
    await write(ide.page, locale === 'en' ? 'A question' : '질문')
    await expect(ide.page.getByRole('article').last().locator('pre')).toBeVisible()
    const { violations } = await new AxeBuilder({ page: ide.page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([])
    await ide.close()
  }
})

test('a spent budget is said in the chat', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'budget')
  const chatId = await makeChat(site.admin, workspaceId)
  await site.admin.api.ai.admin.setBudget.mutate({
    scope: 'workspace',
    scopeId: workspaceId,
    period: 'month',
    limit: 0,
  })
  const ide = await openChat(browser, site.admin, workspaceId, chatId)
  await expect(
    ide.page.getByText(/^Used up until .+: this workspace’s AI budget for this month\. Ada can/),
  ).toBeVisible()
  await write(ide.page, 'One more question')
  await expect(answer(ide.page)).toContainText('Not enough is left of the AI budget for an answer.')
  await expect(answer(ide.page)).toContainText('Ada can raise it.')
  await ide.close()
})

test('everyone who may ask is warned at four fifths of a budget, and sees it before the next question', async ({
  browser,
}) => {
  const workspaceId = await makeWorkspace(site.admin, 'warned')
  const jun = await joinByInvite(site.admin, workspaceId, 'editor', 'Hana')
  const chatId = await makeChat(site.admin, workspaceId)
  const budget = { scope: 'workspace', scopeId: workspaceId, period: 'day', limit: 5000 } as const
  await site.admin.api.ai.admin.setBudget.mutate(budget)
  const people = [
    await openChat(browser, site.admin, workspaceId, chatId),
    await openChat(browser, jun, workspaceId, chatId),
  ]
  plan = () => ({ usage: { prompt_tokens: 4000, completion_tokens: 100 } })
  await write(people[0]!.page, 'A long question')
  for (const { page } of people) {
    const said = page.getByText('82% of this workspace’s AI budget for today is used.')
    await expect(page.getByRole('region', { name: 'Notices' }).getByText(/82%/)).toBeVisible()
    await expect(page.locator('form').getByText(/82%/)).toBeVisible()
    await expect(said).toHaveCount(2)
  }
  for (const one of people) await one.close()
})

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)><svg/onload=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '[click](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](&#106;avascript:alert(1)) [d](data:text/html,<script>alert(1)</script>)',
  '![pixel](http://outside.invalid/pixel.png) ![x](data:image/svg+xml,<svg onload=alert(1)>)',
  '<http://outside.invalid/auto> ![a][ref]\n\n[ref]: http://outside.invalid/ref.png "onerror=alert(1)"',
  '```html"><img src=x onerror=alert(1)>\n<script>alert(1)</script>\n```',
  '```js\nconst x = "</code></pre><img src=x onerror=alert(1)>"\n```',
  '<style>@import url(http://outside.invalid/a.css)</style><link rel=stylesheet href=http://outside.invalid/b.css>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '| a |\n|---|\n| <img src=x onerror=alert(1)> |',
  '[a](http://outside.invalid "\\" onmouseover=alert(1) x=\\"")',
]

test('what a model writes runs nothing and loads nothing from outside', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'hostile')
  const chatId = await makeChat(site.admin, workspaceId)
  const ide = await openChat(browser, site.admin, workspaceId, chatId)
  const dialogs: string[] = []
  const outside: string[] = []
  ide.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  ide.page.on('request', (request) => {
    if (!request.url().startsWith(site.product.url) && !/^(data|blob):/.test(request.url())) outside.push(request.url())
  })
  plan = () => ({ pieces: [...HOSTILE.map((one) => `${one}\n\n`), 'the end of it'] })
  await write(ide.page, HOSTILE.join('\n\n'))
  await expect(answer(ide.page)).toContainText('the end of it')
  const prose = answer(ide.page).locator('.chat-prose')
  await expect(prose.locator('img, script, iframe, svg:not(button svg), style, link, form')).toHaveCount(0)
  expect(
    await prose.evaluate((element) =>
      [...element.querySelectorAll('*')].flatMap((one) =>
        one.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
    ),
  ).toEqual([])
  for (const href of await prose.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))) {
    expect(href).toMatch(/^(https?|mailto):/)
  }
  expect(dialogs).toEqual([])
  expect(outside).toEqual([])
  await ide.close()
})

test('stands in the dock of the IDE, beside the code', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'dock', 'sample')
  const ide = await openBrowser(browser, site.admin)
  await ide.open(workspaceId, 'src/main.ts')
  await ide.page.getByRole('button', { name: 'Chat', exact: true }).click()
  await ide.page.getByRole('button', { name: 'Begin a chat' }).click()
  await ide.page.getByRole('button', { name: 'Add this file' }).click()
  await expect(ide.page.getByText(/src\/main\.ts · about \d+ tokens/)).toBeVisible()
  plan = () => ({ pieces: ['It prints tides.'] })
  await write(ide.page, 'What does this do?')
  await expect(answer(ide.page)).toContainText('It prints tides.')
  expect(JSON.stringify(upstream.seen.at(-1)?.body)).toContain('File src/main.ts')
  await ide.close()
})

test('a chat on its own page takes files of its workspace along, and leads to them', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'own page', 'sample')
  await putFile(site.admin, workspaceId, 'deploy/.env', 'TOKEN=hush\n')
  const chatId = await makeChat(site.admin, workspaceId)
  const ide = await openChat(browser, site.admin, workspaceId, chatId)
  const { page } = ide
  const field = page.getByRole('textbox', { name: 'Message' })
  const files = page.getByRole('listbox', { name: 'Files that fit' })

  await field.fill('What does')
  await page.getByRole('button', { name: 'Add a file' }).click()
  await expect(files).toBeVisible()
  await page.keyboard.type('main')
  await expect(files.getByRole('option', { name: 'src/main.ts' })).toHaveAttribute('aria-selected', 'true')
  await page.screenshot({ path: test.info().outputPath('own-page.png') })
  await page.keyboard.press('Enter')
  await expect(field).toHaveValue('What does @src/main.ts ')
  await expect(page.getByText(/^src\/main\.ts · about \d+ tokens$/)).toBeVisible()
  await putFile(site.admin, workspaceId, 'src/late.ts', 'export const late = true\n')
  await page.keyboard.type('and @late')
  await expect(files.getByRole('option', { name: 'src/late.ts' })).toBeVisible()
  await page.keyboard.press('Tab')
  // Named without the list: it goes along all the same.
  await page.keyboard.type('and @deploy/.env ?')
  plan = () => ({ pieces: ['It prints tides.'] })
  await page.keyboard.press('Enter')
  await expect(answer(page)).toContainText('It prints tides.')
  const asked = JSON.stringify(upstream.seen.at(-1)?.body)
  expect(asked).toContain('File src/main.ts')
  expect(asked).toContain('export const late')
  expect(asked).not.toContain('hush')

  await page.getByRole('button', { name: 'src/main.ts', exact: true }).first().click()
  await page.getByRole('button', { name: 'Open the file as it is now' }).click()
  await expect(page).toHaveURL(/\/f\/src\/main\.ts/)
  await ide.close()
})

test('files are named by @, a terminal’s output is added, and secrets are kept from AI', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'context', 'sample')
  await putFile(site.admin, workspaceId, 'deploy/.env', 'TOKEN=hush\n')
  const ide = await openBrowser(browser, site.admin)
  const { page } = ide
  await ide.open(workspaceId, 'src/main.ts')
  await page.getByRole('button', { name: 'Chat', exact: true }).click()
  await page.getByRole('button', { name: 'Begin a chat' }).click()
  const field = page.getByRole('textbox', { name: 'Message' })
  const files = page.getByRole('listbox', { name: 'Files that fit' })

  await field.pressSequentially('What does @main')
  await expect(files.getByRole('option', { name: 'src/main.ts' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(field).toHaveValue('What does @src/main.ts ')
  await expect(page.getByText(/^src\/main\.ts · about \d+ tokens$/)).toBeVisible()
  await field.pressSequentially('@zzzz')
  await expect(files).toBeHidden()
  for (let i = 0; i < 5; i += 1) await page.keyboard.press('Backspace')
  await field.pressSequentially('@env')
  await files.getByRole('option', { name: 'deploy/.env' }).click()
  await expect(page.getByText('deploy/.env · kept from AI')).toBeVisible()
  await expect(page.getByText(/secrets by their name are not given to AI/)).toBeVisible()

  await page.getByRole('button', { name: 'Add terminal output' }).click()
  await expect(page.getByText(/No terminal is shown/)).toBeVisible()
  await page.getByRole('button', { name: 'Show or hide the terminals' }).click()
  await page.getByRole('button', { name: 'New terminal' }).first().click()
  const screen = page.getByTestId('terminal').locator('.xterm-rows')
  await expect(screen).toContainText(/[$#]/)
  await page.getByTestId('terminal').locator('textarea').focus()
  await page.keyboard.type('echo tide-$((40+2))\n')
  await expect(screen).toContainText('tide-42')
  await page.getByRole('button', { name: 'Add terminal output' }).click()
  await expect(page.locator('form').getByText(/· about \d+ tokens$/)).toHaveCount(2)

  plan = () => ({ pieces: ['It prints tides.'] })
  await field.focus()
  await page.keyboard.press('Enter')
  await expect(answer(page)).toContainText('It prints tides.')
  const asked = JSON.stringify(upstream.seen.at(-1)?.body)
  expect(asked).toContain('File src/main.ts')
  expect(asked).toContain('tide-42')
  expect(asked).not.toContain('hush')
  await page.getByRole('button', { name: 'src/main.ts', exact: true }).first().click()
  await expect(page.getByRole('button', { name: 'Open the file as it is now' })).toBeVisible()
  await ide.close()
})

test('a server killed in mid-stream leaves the text it had, says so, and asks nothing again', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'killed')
  // With a budget, so that the run has reserved something of it.
  const budget = { scope: 'workspace', scopeId: workspaceId, period: 'month', limit: 10_000_000 } as const
  await site.admin.api.ai.admin.setBudget.mutate(budget)
  const chatId = await makeChat(site.admin, workspaceId)
  const ide = await openChat(browser, site.admin, workspaceId, chatId)
  const held = heldPieces(['Kept over the fall. ', 'never'])
  plan = held.plan
  await write(ide.page, 'Will you live?')
  held.release(1)
  await expect(answer(ide.page)).toContainText('Kept over the fall.')
  const partial = () =>
    withDatabase(site.product, async (client) => {
      const { rows } = await client.query<{ partial: string }>('select partial from ai_run where session_id = $1', [
        chatId,
      ])
      return rows[0]?.partial
    })
  await expect.poll(partial).toBe('Kept over the fall. ')
  const asked = upstream.seen.length
  const reservations = () => rowsOf('select 1 from budget_reservation')
  expect(await reservations()).toHaveLength(1)
  await site.product.kill('SIGKILL')
  const killedAt = Date.now()
  await site.product.restart()
  const readyAt = Date.now()
  await expect(answer(ide.page)).toContainText('The server was interrupted.', { timeout: 20_000 })
  await expect(answer(ide.page)).toContainText('Kept over the fall.')
  expect(upstream.seen.length).toBe(asked)
  const [end] = await rowsOf<{ at: Date }>(`select finished_at as at from ai_run where session_id = '${chatId}'`)
  // Its lease of 10 s, and the reaper's own pace, from the fall on; a server that was not there cannot have looked.
  expect(end!.at.getTime()).toBeLessThan(Math.max(killedAt + 15_000, readyAt + 5_000))
  await expect.poll(reservations).toEqual([])
  // Charged for the text it had, by our own count: 20 characters.
  expect(
    await rowsOf(
      `select status, error_class as error, usage_source as source, completion_tokens as tokens
       from ai_usage order by at desc limit 1`,
    ),
  ).toEqual([{ status: 'failed', error: 'server_lost', source: 'estimated', tokens: 5 }])
  plan = () => ({ pieces: ['Once more.'] })
  await ide.page.getByRole('button', { name: 'Answer again' }).click()
  await expect(answer(ide.page)).toContainText('Once more.')
  await ide.close()
})
