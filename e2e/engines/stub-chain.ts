import OpenAI from 'openai'
import { type StubPlan, UPSTREAM_SECRET } from '#server/ai/testing/stub-answer.ts'
import { startStubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { startOffice } from './office.ts'
import { MASTER_KEY, startLiteLlm } from './programs.ts'
import type { Check } from './report.ts'
import { connectTabbyAgent } from './tabby-client.ts'

/** Gateway, LiteLLM, and a model with faults; tabby-agent as one of the callers. */
export async function checkStubChain(report: Check, folder: string): Promise<void> {
  let plan: StubPlan = {}
  const stub = await startStubUpstream(() => plan)
  const proxy = await startLiteLlm(folder, stub.baseUrl)
  const office = await startOffice(folder)
  const litellm = { kind: 'litellm' as const, baseUrl: `${proxy.root}/v1`, apiKey: MASTER_KEY }
  const chat = await office.addRoute('chat', litellm)
  await office.addRoute('code', litellm)
  const client = new OpenAI({ apiKey: office.key, baseURL: `${office.origin}/v1`, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'hello' }]
  const check: Check = (name, expected, measure) => {
    plan = {}
    return report(name, expected, measure)
  }

  await check('a chat is streamed and counted through LiteLLM', ['Hello world', 'done', 7, 3, 'measured'], async () => {
    let text = ''
    const stream = await client.chat.completions.create({ model: 'chat', messages, stream: true })
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    const row = await office.lastUsage()
    return [text, row.status, row.promptTokens, row.completionTokens, row.usageSource]
  })
  await check('one answer is put together from the stream', 'Hello world', async () => {
    return (await client.chat.completions.create({ model: 'chat', messages })).choices[0]?.message.content
  })
  await check(
    'fill-in-the-middle reaches the model as rendered',
    '<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>',
    async () => {
      await client.completions.create({ model: 'code', prompt: 'a', suffix: 'b' })
      return stub.seen.at(-1)?.body['prompt']
    },
  )
  await check('an abort in mid-stream reaches the model behind LiteLLM', [true, 'stopped'], async () => {
    plan = { beforePiece: (index) => (index === 1 ? new Promise(() => {}) : undefined) }
    const stream = await client.chat.completions.create({ model: 'chat', messages, stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    stream.controller.abort()
    const { isCut } = await stub.seen.at(-1)!.closed
    return [isCut, (await office.untilSettled()).status]
  })
  for (const fault of ['error-mid', 'reset-mid', 'reset-before-first'] as const) {
    await check(`the model’s own words stay behind: ${fault}`, ['failed', false], async () => {
      plan = { fault }
      const answer = await fetch(`${office.origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${office.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chat', messages, stream: true }),
      })
      const text = (await answer.text()) + [...answer.headers].flat().join()
      return [(await office.lastUsage()).status, text.includes(UPSTREAM_SECRET) || text.includes(stub.root)]
    })
  }
  await check('the test of a route tells that it works', 'ok', () => office.testRoute(chat))
  await check('the test of a route tells a wrong key', 'wrong_key', async () =>
    office.testRoute(await office.addRoute('chat', { ...litellm, apiKey: 'sk-wrong' })),
  )
  await check('the test of a route tells an unknown model', 'unknown_model', async () =>
    office.testRoute(await office.addRoute('chat', litellm, { model: 'nobody', upstreamModel: 'nobody' })),
  )
  await check('tabby-agent completes, and tells what became of it', ['ready', 'Hello world', 'accepted'], async () => {
    const agent = await connectTabbyAgent(office.origin, office.key)
    const text = 'function add(a, b) {\n  return \n}\n'
    const place = { filepath: '/w/add.js', language: 'javascript', text, position: text.indexOf('return ') + 7 }
    const { id, choices } = await agent.provideCompletions({ ...place, manually: true })
    const status = agent.getStatus()
    await agent.postEvent({ type: 'select', completion_id: id, choice_index: 0 })
    await agent.finalize()
    return [status, choices[0]?.text, (await office.lastUsage()).outcome]
  })

  await office.close()
  await stub.close()
  await proxy.stop()
}
