import OpenAI from 'openai'
import { CONTEXT_TOKENS, loadLlama } from './llama-engine.ts'
import { startLlamaServer } from './llama-server.ts'
import { startOffice } from './office.ts'
import type { Check } from './report.ts'

const LONGEST_ANSWER = 16_000

/**
 * Gateway and llama.cpp: what is streamed, counted and stopped is judged by what llama.cpp itself says of it. The model
 * is written by the test and recites the alphabet, so that nothing here tells how good the answers of a model are.
 */
export async function checkLlamaChain(check: Check, folder: string): Promise<void> {
  console.error('llama: the model only recites the alphabet; nothing here tells how good answers are')
  const engine = await loadLlama(folder)
  const server = await startLlamaServer(engine)
  const office = await startOffice(folder)
  const provider = { kind: 'openai' as const, baseUrl: server.baseUrl, apiKey: 'none' }
  const limits = { maxTokens: LONGEST_ANSWER, contextTokens: CONTEXT_TOKENS }
  const chat = await office.addRoute('chat', provider, limits)
  await office.addRoute('code', provider, limits)
  const client = new OpenAI({ apiKey: office.key, baseURL: `${office.origin}/v1`, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'Why is the sea blue? 바다는 왜 파란가요?' }]
  /** With the token that begins every text. */
  const promptTokens = engine.chatTokens(messages).length + 1

  await check(
    'a chat is streamed by llama.cpp, token by token',
    [[...'abcdefghijklmnopqrstuvwx'], 'length'],
    async () => {
      const pieces: string[] = []
      let finish: string | null = null
      const stream = await client.chat.completions.create({ model: 'chat', messages, max_tokens: 24, stream: true })
      for await (const { choices } of stream) {
        if (choices[0]?.delta.content) pieces.push(choices[0].delta.content)
        finish = choices[0]?.finish_reason ?? finish
      }
      return [pieces, finish]
    },
  )
  await check('and counted as llama.cpp counts', ['done', 'measured', promptTokens, 24, true], async () => {
    const row = await office.untilSettled()
    const own = await server.lastAnswer()
    const isSame = row.promptTokens === own.promptTokens && row.completionTokens === own.completionTokens
    // What it last said was not read again.
    const isAll = own.context.length === own.promptTokens + own.completionTokens - 1
    return [row.status, row.usageSource, row.promptTokens, row.completionTokens, isSame && isAll]
  })
  await check('one answer is put together, with its usage', ['abcde', promptTokens, 5], async () => {
    const { choices, usage } = await client.chat.completions.create({ model: 'chat', messages, max_tokens: 5 })
    return [choices[0]?.message.content, usage?.prompt_tokens, usage?.completion_tokens]
  })
  await check('an abort in mid-stream ends the work of llama.cpp', ['stopped', 'abort', true], async () => {
    const stream = await client.chat.completions.create({
      model: 'chat',
      messages,
      max_tokens: LONGEST_ANSWER,
      stream: true,
    })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    stream.controller.abort()
    const { stopReason, completionTokens } = await server.lastAnswer()
    const { status } = await office.untilSettled()
    return [status, stopReason, completionTokens < LONGEST_ANSWER / 2 || `${completionTokens} tokens made`]
  })
  await check('and leaves it free for the next', 'abc', async () => {
    return (await client.chat.completions.create({ model: 'chat', messages, max_tokens: 3 })).choices[0]?.message
      .content
  })
  await check('fill-in-the-middle is read as tokens of the model', ['mnop', 'done', true], async () => {
    const [prefix, suffix] = ['def add(a, b):\n    return ', '\n\nprint(add(1, 2))\n']
    const { choices } = await client.completions.create({
      model: 'code',
      prompt: `${prefix}<|fim_middle|>`,
      suffix,
      max_tokens: 4,
    })
    const { context, promptTokens: length } = await server.lastAnswer()
    const { status, promptTokens: counted } = await office.untilSettled()
    const wanted = engine.fillInTokens(prefix, suffix)
    const isWanted = String(context.slice(0, length)) === String(wanted) && counted === wanted.length
    return [choices[0]?.text, status, isWanted || context.slice(0, length)]
  })
  await check('the test of a route tells that it works', 'ok', () => office.testRoute(chat))

  await office.close()
  await server.close()
  await engine.dispose()
}
