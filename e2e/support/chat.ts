import { type Browser, expect, type Page, test } from '@playwright/test'
import type { StubPlan } from '#server/ai/testing/stub-answer.ts'
import { type StubUpstream, startStubUpstream } from '#server/ai/testing/stub-upstream.ts'
import type { Session } from './api.ts'
import { type Ide, openBrowser } from './ide.ts'
import type { Site } from './use-product.ts'

/** A model that answers as the test says. */
export interface ChatModel {
  plan: () => StubPlan
  readonly upstream: StubUpstream
}

/** Has the model `team-model` answer in the chats of a file of journeys. */
export function useChatModel(site: Site): ChatModel {
  let upstream: StubUpstream | null = null
  const model: ChatModel = {
    plan: () => ({}),
    get upstream() {
      if (upstream === null) throw new Error('the model is started by beforeAll')
      return upstream
    },
  }
  test.beforeAll(async () => {
    upstream = await startStubUpstream(() => model.plan())
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
  test.afterAll(() => upstream?.close())
  return model
}

/** A chat on its own page, in a browser of this person's. */
export async function openChat(browser: Browser, session: Session, workspaceId: string, chatId: string): Promise<Ide> {
  const ide = await openBrowser(browser, session)
  await ide.page.goto(`${session.product.url}/w/${workspaceId}/chat/${chatId}`)
  await expect(ide.page.getByRole('textbox', { name: 'Message' })).toBeVisible()
  return ide
}

export const makeChat = async (session: Session, workspaceId: string): Promise<string> =>
  (await session.api.chat.create.mutate({ workspaceId: workspaceId as never, title: 'Retry policy', isShared: true }))
    .id

export async function writeMessage(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^(Message|메시지)$/ }).fill(text)
  await page.keyboard.press('Enter')
}

/** The newest answer of the model. */
export const answerIn = (page: Page) => page.getByRole('article', { name: /^AI,/ }).last()
