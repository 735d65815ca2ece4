import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import type { StubPlan } from '#server/ai/testing/stub-answer.ts'
import { answerIn, makeChat, openChat, useChatModel, writeMessage } from '../support/chat.ts'
import { withDatabase } from '../support/database.ts'
import { type Ide, openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace } from '../support/world.ts'

const site = useProduct()
const model = useChatModel(site)

const log = (page: Page) => page.getByRole('log', { name: 'Messages' })

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
  model.plan = held.plan
  await writeMessage(a, 'What would you change?')
  held.release(1)
  for (const page of pages) await expect(answerIn(page)).toContainText('The first part.')

  await c.reload()
  held.release(2)
  for (const page of pages) await expect(answerIn(page)).toContainText('The first part. 두 번째 부분.')
  const texts = await Promise.all(pages.map((page) => answerIn(page).locator('.chat-prose').innerText()))
  expect(new Set(texts).size).toBe(1)

  await writeMessage(b, 'And a test for it?')
  await expect(log(a)).toContainText('waits for its turn')
  await b.getByRole('button', { name: 'Cancel' }).click()
  await expect(log(a)).not.toContainText('And a test for it?')

  await b.getByRole('button', { name: 'Stop' }).click()
  for (const page of pages) await expect(answerIn(page)).toContainText('Stopped by Jun')
  expect(await model.upstream.seen.at(-1)?.closed).toMatchObject({ isCut: true })

  model.plan = () => ({ pieces: ['A better answer.'] })
  await c.getByRole('button', { name: 'Answer again' }).click()
  for (const page of pages) await expect(answerIn(page)).toContainText('A better answer.')
  await a.getByRole('button', { name: 'Earlier version' }).click()
  await expect(answerIn(a)).toContainText('The first part.')
  for (const one of people) await one.close()
})

test('a viewer writes to people, and is told why not to AI', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'viewers')
  const vera = await joinByInvite(site.admin, workspaceId, 'viewer', 'Vera')
  const chatId = await makeChat(site.admin, workspaceId)
  const viewer = await openChat(browser, vera, workspaceId, chatId)
  await expect(viewer.page.getByText('Asking AI takes the role Editor')).toBeVisible()
  await expect(viewer.page.getByRole('radio', { name: 'AI' })).toHaveCount(0)
  await writeMessage(viewer.page, '사람들에게만')
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
  await writeMessage(b.page, Array.from({ length: 80 }, (_, line) => `line ${line}`).join('\n'))
  await expect(log(a.page)).toContainText('line 79')
  await log(a.page).evaluate((element) => element.scrollTo({ top: 0 }))
  await expect.poll(() => log(a.page).evaluate((element) => element.scrollTop)).toBe(0)
  for (const text of ['one', 'two', 'three']) {
    await writeMessage(b.page, text)
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
  model.plan = () => ({ pieces: ['Text, and `code`:\n\n```ts\nconst a = 1\n```\n'] })
  for (const locale of ['en', 'ko']) {
    const ide = await openBrowser(browser, site.admin, { locale })
    await ide.page.goto(`${site.product.url}/w/${workspaceId}/chat/${chatId}`)
    await writeMessage(ide.page, locale === 'en' ? 'A question' : '질문')
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
  await writeMessage(ide.page, 'One more question')
  await expect(answerIn(ide.page)).toContainText('Not enough is left of the AI budget for an answer.')
  await expect(answerIn(ide.page)).toContainText('Ada can raise it.')
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
  model.plan = () => ({ usage: { prompt_tokens: 4000, completion_tokens: 100 } })
  await writeMessage(people[0]!.page, 'A long question')
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
  model.plan = () => ({ pieces: [...HOSTILE.map((one) => `${one}\n\n`), 'the end of it'] })
  await writeMessage(ide.page, HOSTILE.join('\n\n'))
  await expect(answerIn(ide.page)).toContainText('the end of it')
  const prose = answerIn(ide.page).locator('.chat-prose')
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

test('a server killed in mid-stream leaves the text it had, says so, and asks nothing again', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'killed')
  // With a budget, so that the run has reserved something of it.
  const budget = { scope: 'workspace', scopeId: workspaceId, period: 'month', limit: 10_000_000 } as const
  await site.admin.api.ai.admin.setBudget.mutate(budget)
  const chatId = await makeChat(site.admin, workspaceId)
  const ide = await openChat(browser, site.admin, workspaceId, chatId)
  const held = heldPieces(['Kept over the fall. ', 'never'])
  model.plan = held.plan
  await writeMessage(ide.page, 'Will you live?')
  held.release(1)
  await expect(answerIn(ide.page)).toContainText('Kept over the fall.')
  const partial = () =>
    withDatabase(site.product, async (client) => {
      const { rows } = await client.query<{ partial: string }>('select partial from ai_run where session_id = $1', [
        chatId,
      ])
      return rows[0]?.partial
    })
  await expect.poll(partial).toBe('Kept over the fall. ')
  const asked = model.upstream.seen.length
  const reservations = () => rowsOf('select 1 from budget_reservation')
  expect(await reservations()).toHaveLength(1)
  await site.product.kill('SIGKILL')
  const killedAt = Date.now()
  await site.product.restart()
  const readyAt = Date.now()
  await expect(answerIn(ide.page)).toContainText('The server was interrupted.', { timeout: 20_000 })
  await expect(answerIn(ide.page)).toContainText('Kept over the fall.')
  expect(model.upstream.seen.length).toBe(asked)
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
  model.plan = () => ({ pieces: ['Once more.'] })
  await ide.page.getByRole('button', { name: 'Answer again' }).click()
  await expect(answerIn(ide.page)).toContainText('Once more.')
  await ide.close()
})
