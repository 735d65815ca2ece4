import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, expect, type Page, test } from '@playwright/test'
import type { StubPlan } from '#server/ai/testing/stub-answer.ts'
import { type StubUpstream, startStubUpstream } from '#server/ai/testing/stub-upstream.ts'
import type { Session } from './api.ts'
import { type Ide, openBrowser } from './ide.ts'
import type { Site } from './use-product.ts'
import { joinByInvite, makeWorkspace, putFile } from './world.ts'

export const FILE = 'src/tides.ts'
export const TEXT = `export function tide(hour: number) {
  const level = Math.sin(hour)
  return level
}

export function name() {
  return 'tide'
}
`
/** Two changes, apart enough to be two hunks. */
export const BETTER = TEXT.replace('Math.sin(hour)', 'Math.sin(hour / 2)').replace("'tide'", "'물때'")
export const FIRST_ONLY = TEXT.replace('Math.sin(hour)', 'Math.sin(hour / 2)')

/** A model for suggestions, not connected yet, and people who see one file. */
export function useSuggestions(site: Site) {
  let upstream: StubUpstream | null = null
  let names = 0
  const started = (): StubUpstream => {
    if (upstream === null) throw new Error('the model is started by beforeAll')
    return upstream
  }
  const model = {
    plan: (): StubPlan => ({}),
    get upstream() {
      return started()
    },
  }
  test.beforeAll(async () => {
    upstream = await startStubUpstream(() => model.plan())
  })
  test.afterAll(() => upstream?.close())

  async function connectModel(): Promise<void> {
    const { admin, status } = site.admin.api.ai
    if ((await status.query()).status === 'ready') return
    const provider = await admin.saveProvider.mutate({ name: 'Stub', kind: 'openai', baseUrl: started().baseUrl })
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

  /** Selects all and asks AI, whose whole answer is `text`. */
  async function askForAll(ide: Ide, text: string, instruction = 'Make it better'): Promise<void> {
    model.plan = () => ({ pieces: [text] })
    await ide.placeCaret(FILE, 1, 1)
    await ide.page.keyboard.press('ControlOrMeta+a')
    await ide.page.keyboard.press('ControlOrMeta+i')
    await ide.page.keyboard.type(instruction)
    await ide.page.keyboard.press('Enter')
  }

  return { model, connectModel, openTogether, askForAll }
}

export const hunkIn = (page: Page, number: number, count: number) =>
  page.locator('.monaco-editor').getByRole('region', { name: new RegExp(`^Suggested change ${number} of ${count},`) })
export const cardsIn = (page: Page) => page.locator('.monaco-editor').getByRole('region', { name: /^Suggested change/ })

export async function expectNothingSerious(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => [id, nodes.map((node) => `${node.html} ${node.failureSummary}`)])).toEqual([])
}
