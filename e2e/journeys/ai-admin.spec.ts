import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { startStubUpstream, type StubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { sendHttp } from '../support/http.ts'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace } from '../support/world.ts'

const site = useProduct()
const KEY = 'sk-of-the-upstream'
let upstream: StubUpstream
let workspaceId = ''

test.beforeAll(async () => {
  workspaceId = await makeWorkspace(site.admin, 'Ledger')
  const usage = { prompt_tokens: 700_000, completion_tokens: 300_000 }
  upstream = await startStubUpstream(({ body }) => (body['model'] === 'gone' ? unknownModel : { usage }))
})
test.afterAll(() => upstream.close())

const unknownModel = {
  status: { code: 404, body: { error: { message: 'no', type: 'NotFoundError', param: null, code: 404 } } },
}

const ask = (key: string, model: string) =>
  sendHttp(site.product.port, '/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, max_tokens: 16, messages: [{ role: 'user', content: 'Say yes.' }] }),
  })

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option }).click()
}

async function expectNoFindings(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(found.map(({ id, nodes }) => [id, nodes.map((n) => n.target.join(' '))])).toEqual([])
}

/** Every part of the page has its room: nothing makes the page itself scroll sideways. */
const overflowOf = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

test('an admin connects a model, a key uses it, the usage shows, and a budget holds', async ({ browser }) => {
  test.setTimeout(180_000)
  const ada = await openBrowser(browser, site.admin)
  const { page } = ada

  await test.step('nothing is set up: one sentence, one action', async () => {
    await page.goto(`${site.product.url}/admin/ai`)
    await expect(page.getByText(/No provider is connected/)).toBeVisible()
    await expect(page.getByText('docker-compose.webide.yml')).toBeVisible()
    await page.getByRole('button', { name: 'Add a provider' }).click()
  })

  await test.step('a provider is added; its key is never given back', async () => {
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Stub')
    await choose(page, 'Kind', /OpenAI/)
    await dialog.getByLabel('Address').fill('not an address')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog.getByText(/Give an http or https address/)).toBeVisible()
    await dialog.getByLabel('Address').fill(`${upstream.baseUrl}/`)
    await dialog.getByLabel('API key', { exact: true }).fill(KEY)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('table', { name: 'Providers of models' })).toContainText('Stub')
    const config = await site.admin.api.ai.admin.config.query()
    expect(config.providers).toMatchObject([{ name: 'Stub', baseUrl: upstream.baseUrl, hasApiKey: true }])
    expect(JSON.stringify(config)).not.toContain(KEY)
    await expect(page.getByText('No model name leads to a provider yet.')).toBeVisible()
  })

  const addRoute = async (model: string, upstreamName: string) => {
    await page.getByRole('button', { name: 'Add a route' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name people ask for').fill(model)
    await dialog.getByLabel('Name at the provider').fill(upstreamName)
    await dialog.getByLabel('Price per million tokens in').fill('1')
    await dialog.getByLabel('Price per million tokens out').fill('2')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog).toBeHidden()
  }

  await test.step('routes are added and tested; a finding names what to mend', async () => {
    await addRoute('house-model', 'real-name')
    await page.getByRole('button', { name: /Test this route: house-model/ }).click()
    await expect(page.getByText(/Works: first token after \d+ ms/)).toBeVisible()
    expect((await upstream.untilSeen(1)).headers.authorization).toBe(`Bearer ${KEY}`)
    await addRoute('lost-model', 'gone')
    await page.getByRole('button', { name: /Test this route: lost-model/ }).click()
    await expect(page.getByText('Unknown model: Stub has none called “gone”.')).toBeVisible()
    await page.getByPlaceholder('Filter by model or provider').fill('lost')
    await expect(page).toHaveURL(/[?&]q=lost/)
    await expect(page.getByRole('button', { name: /Test this route: house-model/ })).toBeHidden()
    await page.getByPlaceholder('Filter by model or provider').fill('')
  })

  await test.step('a key is made, shown once, and used', async () => {
    await page.goto(`${site.product.url}/settings`)
    await page.getByRole('button', { name: 'Create a key' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('laptop')
    await choose(page, 'Charged to', 'Ledger')
    await page.getByRole('dialog').getByRole('button', { name: 'Create a key' }).click()
    const key = await page.getByLabel('API key', { exact: true }).inputValue()
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(page.getByText(`ends in …${key.slice(-4)}`)).toBeVisible()
    const answer = await ask(key, 'house-model')
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      200,
      { choices: [{ message: { content: 'Hello world' } }], usage: { prompt_tokens: 700_000 } },
    ])
    await page.reload()
    await expect(page.getByText(/1.30 for 1,000,000 tokens in 1 call, 0 failed/)).toBeVisible()
    expect(await page.content()).not.toContain(key)

    await page.goto(`${site.product.url}/w/${workspaceId}/settings?by=person`)
    await expect(page.getByRole('table', { name: 'Totals by Person' })).toContainText('Ada')

    await test.step('usage by model, person, workspace: chart, keys, table, CSV', async () => {
      await page.goto(`${site.product.url}/admin/ai?range=week`)
      const chart = page.getByRole('slider', { name: 'Cost over time, by Model' })
      await chart.focus()
      await expect(chart).toHaveAttribute('aria-valuetext', /1\.30 in all\. house-model 1\.30/)
      await page.keyboard.press('ArrowLeft')
      await expect(chart).toHaveAttribute('aria-valuetext', /: none$/)
      await page.getByRole('radio', { name: 'Workspace' }).check()
      await expect(page).toHaveURL(/by=workspace/)
      await expect(page.getByRole('table', { name: 'Totals by Workspace' })).toContainText('Ledger')
      await page.getByRole('button', { name: 'As table' }).click()
      await expect(page).toHaveURL(/view=table/)
      await expect(page.getByRole('table', { name: /Cost over time, by Workspace, as a table/ })).toContainText('1.30')
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download CSV' }).click()
      expect((await download).suggestedFilename()).toMatch(/^ai-usage-.*-workspace\.csv$/)
    })

    await test.step('from the usage of a person to their budget, which then holds', async () => {
      await page.goto(`${site.product.url}/admin/ai?by=person`)
      await page.getByRole('button', { name: 'Set a budget for Ada' }).click()
      await page.getByRole('dialog').getByLabel('Limit').fill('2')
      await page.getByRole('button', { name: 'Save' }).click()
      const budgets = page.getByRole('table', { name: 'Budgets and what is spent of them' })
      await expect(budgets).toContainText('Ada')
      // What was spent before a budget stood is not in it; the next call is.
      expect((await ask(key, 'house-model')).status).toBe(200)
      await page.reload()
      await expect(budgets).toContainText('1.30 of 2.00')
      await page.getByRole('button', { name: /Actions for the budget of Ada/ }).click()
      await page.getByRole('menuitem', { name: 'Change the limit' }).click()
      await page.getByRole('dialog').getByLabel(/Limit/).fill('1.5')
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(budgets).toContainText('Over 80%')
      await expect(page.getByText('1 budget is over 80%.')).toBeVisible()
      await page.getByRole('button', { name: /Actions for the budget of Ada/ }).click()
      await page.getByRole('menuitem', { name: 'Change the limit' }).click()
      await page.getByRole('dialog').getByLabel(/Limit/).fill('1')
      await expect(page.getByText(/1.30 are already spent/)).toBeVisible()
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(budgets).toContainText('Used up')
      const refused = await ask(key, 'house-model')
      expect([refused.status, refused.text]).toEqual([429, expect.stringContaining('budget')])
    })

    await test.step('whom it stops finds it in the inbox, before any reload', async () => {
      await expect(page).toHaveTitle(/^\(1\) /)
      await page.getByRole('link', { name: 'Inbox, 1 unread notice' }).click()
      const notice = page.getByRole('list', { name: 'Notices' }).getByRole('listitem')
      await expect(notice).toHaveCount(1)
      await expect(notice).toContainText(/AI began to refuse requests: your AI budget for .+ is used up\./)
      await expect(notice).toContainText('Ada can raise it.')
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 })
        await expect.poll(() => overflowOf(page), { message: `at ${width} px` }).toBe(0)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await expectNoFindings(page)
          await page.screenshot({ path: test.info().outputPath(`inbox-${width}-${colorScheme}.png`) })
        }
      }
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.getByRole('button', { name: 'Mark as read' }).click()
      await expect(page).toHaveTitle('Inbox · Pairloom')
      await page.goto(`${site.product.url}/w/${workspaceId}`)
      await page.getByRole('link', { name: 'Inbox', exact: true }).click()
      await expect(notice).toContainText('is used up')
      await expect(page.getByRole('button', { name: 'Mark as read' })).toHaveCount(0)
    })

    await test.step('a revoked key opens nothing', async () => {
      await page.goto(`${site.product.url}/settings`)
      await page.getByRole('button', { name: 'Revoke laptop' }).click()
      await expect(page.getByRole('alertdialog')).toContainText('It was last used')
      await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
      await expect(page.getByText('You have no keys.')).toBeVisible()
      expect((await ask(key, 'house-model')).status).toBe(401)
    })
  })

  await test.step('deleting a provider says what goes with it', async () => {
    await page.goto(`${site.product.url}/admin/ai`)
    await page.getByRole('button', { name: 'More actions: Stub' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    const dialog = page.getByRole('alertdialog')
    await expect(dialog).toContainText('2 routes go with it.')
    await expect(dialog).toContainText('Nobody answers any more for: “house-model”, “lost-model”.')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
  })
  await ada.close()
})

// One test a page: axe takes seconds for each, and all of them together would need most of any deadline.
for (const colorScheme of ['light', 'dark'] as const) {
  for (const path of ['/admin/ai', '/admin/ai?view=table&by=person', '/settings', '/w/:id/settings']) {
    test(`${path} fits 360 px and 1280 px without a serious finding, in ${colorScheme}`, async ({ browser }) => {
      const ada = await openBrowser(browser, site.admin, { colorScheme })
      const { page } = ada
      await page.goto(site.product.url + path.replace(':id', workspaceId))
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 })
        await expect(page.getByText(/tokens in \d/)).toBeVisible()
        await expect.poll(() => overflowOf(page), { message: `at ${width} px` }).toBe(0)
        await expectNoFindings(page)
      }
      await ada.close()
    })
  }
}

test('who is no admin is told whom to ask, and sees neither page nor the workspace’s costs', async ({ browser }) => {
  const viewer = await joinByInvite(site.admin, workspaceId, 'viewer', 'Vera')
  const { providers } = await site.admin.api.ai.admin.config.query()
  for (const { id } of providers) await site.admin.api.ai.admin.deleteProvider.mutate({ id })
  const vera = await openBrowser(browser, viewer, { locale: 'ko-KR' })
  const { page } = vera
  await page.goto(`${site.product.url}/admin/ai`)
  await expect(page.getByRole('heading', { name: /찾을 수 없|없습니다|볼 수 없/ })).toBeVisible()
  await page.goto(`${site.product.url}/settings`)
  await expect(page.getByText(/이 서버에 AI가 설정되어 있지 않습니다/)).toBeVisible()
  await page.goto(`${site.product.url}/w/${workspaceId}/settings`)
  await expect(page.getByRole('heading', { name: /Ledger/ })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'AI 사용량' })).toBeHidden()
  await vera.close()
})
