import OpenAI from 'openai'
import { startOffice } from './office.ts'
import { MASTER_KEY, type Program, startLiteLlm, startVllm } from './programs.ts'
import type { Check } from './report.ts'

/** Gateway, LiteLLM, vLLM: what is streamed, counted and stopped is judged by what vLLM itself says of it. */
export async function checkVllmChain(check: Check, folder: string): Promise<void> {
  const vllm = await startVllm(folder)
  const proxy = await startLiteLlm(folder, `${vllm.root}/v1`)
  const office = await startOffice(folder)
  const litellm = { kind: 'litellm' as const, baseUrl: `${proxy.root}/v1`, apiKey: MASTER_KEY }
  const direct = { kind: 'vllm' as const, baseUrl: `${vllm.root}/v1`, apiKey: 'none' }
  const limits = { maxTokens: 1900, contextTokens: 2048 }
  await office.addRoute('chat', litellm, limits)
  await office.addRoute('code', litellm, limits)
  await office.addRoute('chat', direct, { ...limits, model: 'chat-direct', upstreamModel: 'local' })
  await office.addRoute('code', direct, { ...limits, model: 'code-direct', upstreamModel: 'local' })
  const client = new OpenAI({ apiKey: office.key, baseURL: `${office.origin}/v1`, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'Why is the sea blue? 바다는 왜 파란가요?' }]
  const prompt = await tokensOf(vllm, { messages, add_generation_prompt: true })

  for (const model of ['chat', 'chat-direct']) {
    const way = model === 'chat' ? 'through LiteLLM' : 'directly'
    await check(`a chat is streamed by vLLM ${way}`, ['text in pieces', 'done'], async () => {
      let pieces = 0
      const stream = await client.chat.completions.create({ model, messages, max_tokens: 24, stream: true })
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) pieces += 1
      return [pieces > 3 ? 'text in pieces' : `${pieces} pieces`, (await office.lastUsage()).status]
    })
    await check(`and counted as vLLM counts, ${way}`, ['measured', prompt.length, true], async () => {
      const { usageSource, promptTokens, completionTokens } = await office.lastUsage()
      return [usageSource, promptTokens, completionTokens > 0 && completionTokens <= 24]
    })
    await check(`an abort in mid-stream frees vLLM within a second, ${way}`, ['stopped', 'free', true], async () => {
      const before = await metric(vllm, 'vllm:generation_tokens_total')
      const stream = await client.chat.completions.create({ model, messages, max_tokens: 1900, stream: true })
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
      stream.controller.abort()
      const isFree = await within(1000, async () => (await metric(vllm, 'vllm:num_requests_running')) === 0)
      const made = (await metric(vllm, 'vllm:generation_tokens_total')) - before
      const { status } = await office.untilSettled()
      return [status, isFree ? 'free' : 'still at it', made < 1800 || `${made} tokens made`]
    })
  }
  for (const model of ['code', 'code-direct']) {
    const way = model === 'code' ? 'through LiteLLM' : 'directly'
    const rendered = '<|fim_prefix|>def add(a, b):\n    return <|fim_suffix|>\n\nprint(add(1, 2))\n<|fim_middle|>'
    const tokens = await tokensOf(vllm, { prompt: rendered, add_special_tokens: false })
    await check(`fill-in-the-middle is rendered in tokens vLLM knows, ${way}`, ['done', tokens.length], async () => {
      await client.completions.create({
        model,
        prompt: 'def add(a, b):\n    return <|fim_middle|>',
        suffix: '\n\nprint(add(1, 2))\n',
        max_tokens: 16,
      })
      const { status, promptTokens } = await office.lastUsage()
      return [status, promptTokens]
    })
  }
  await check('the test of a route tells that vLLM has no such model', 'unknown_model', async () =>
    office.testRoute(await office.addRoute('chat', direct, { ...limits, model: 'nobody', upstreamModel: 'nobody' })),
  )

  await office.close()
  await proxy.stop()
  await vllm.stop()
}

async function tokensOf({ root }: Program, body: object): Promise<readonly number[]> {
  const answer = await fetch(`${root}/tokenize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'local', ...body }),
  })
  return ((await answer.json()) as { tokens: number[] }).tokens
}

/** A value of vLLM's /metrics, whatever its labels. */
async function metric({ root }: Program, name: string): Promise<number> {
  const text = await (await fetch(`${root}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`) || one.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1) ?? Number.NaN)
}

async function within(ms: number, isTrue: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = performance.now() + ms; performance.now() < deadline;) if (await isTrue()) return true
  return false
}
