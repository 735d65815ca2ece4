import { type Browser, expect, type Page, test } from '@playwright/test'
import type { StubPlan } from '#server/ai/testing/stub-answer.ts'
import { type StubUpstream, startStubUpstream } from '#server/ai/testing/stub-upstream.ts'
import type { Session } from '../support/api.ts'
import { type Ide, openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile } from '../support/world.ts'

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
