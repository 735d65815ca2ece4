import { request as httpRequest } from 'node:http'
import { STUB_FAULTS, type StubFault, type StubPlan, UPSTREAM_SECRET } from '#server/ai/testing/stub-answer.ts'
import { startStubUpstream, type StubUpstream } from '#server/ai/testing/stub-upstream.ts'
import { withDatabase } from '../support/database.ts'
import { type HttpAnswer, sendHttp } from '../support/http.ts'
import { until, within } from '../support/until.ts'
import type { Premises } from './premises.ts'

/** A model that misbehaves, and a key that may ask it: what the cases of this group stand on. */
export interface AiOffice {
  readonly stub: StubUpstream
  /** Says this from now on. */
  behave(plan: StubPlan): void
  ask(body: unknown): Promise<HttpAnswer>
  /** Says what became of a completion. */
  tell(event: unknown): Promise<HttpAnswer>
  /** Asks, and resolves to the function that leaves. */
  askAndLeave(body: unknown): Promise<() => void>
  /** Of the newest call, once it is settled: `done`, or `failed: code`. */
  settled(): Promise<string>
  /** Every socket of a call that has ended is closed or free, and no row says that one is still under way. */
  leftOver(): Promise<string>
}

// A stall in mid-stream ends after 20 s, and Tabby's answer is no stream: both have tests with a clock of their own.
export const FAULTS = STUB_FAULTS.filter((fault) => fault !== 'stall-mid' && fault !== 'empty-tabby')

export const question = (model: string) => ({ model, stream: true, messages: [{ role: 'user', content: 'hello' }] })

/** Has a provider of its own, or the breaker would spare the later cases. */
export const modelOf = (fault: StubFault | 'none' | 'zero'): string => `model-${fault}`

const offices = new WeakMap<Premises, Promise<AiOffice>>()

/** Opened when the first case asks for it; it ends with the process. */
export function aiOffice(premises: Premises): Promise<AiOffice> {
  const made = offices.get(premises) ?? open(premises)
  offices.set(premises, made)
  return made
}

async function open({ product, admin, editor }: Premises): Promise<AiOffice> {
  let plan: StubPlan = {}
  const stub = await startStubUpstream(() => plan)
  stub.unref()
  for (const fault of ['none', 'zero', ...FAULTS] as const) {
    const provider = { name: modelOf(fault), kind: 'openai' as const, baseUrl: stub.baseUrl }
    const { id: providerId } = await admin.api.ai.admin.saveProvider.mutate(provider)
    await admin.api.ai.admin.saveRoute.mutate({
      model: modelOf(fault),
      purpose: 'chat',
      providerId,
      upstreamModel: 'tiny',
      maxTokens: 1000,
      contextTokens: 8000,
      firstTokenMs: 500,
    })
  }
  const { key } = await editor.api.ai.keys.create.mutate({ name: 'attack', scopes: ['chat', 'completions'] })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const query = <T extends object>(text: string) =>
    withDatabase(product, async (client) => (await client.query<T>(text)).rows)

  return {
    stub,
    behave: (next) => void (plan = next),
    ask: (body) =>
      sendHttp(product.port, '/v1/chat/completions', { method: 'POST', headers, body: JSON.stringify(body) }),
    tell: (event) => sendHttp(product.port, '/v1/events', { method: 'POST', headers, body: JSON.stringify(event) }),
    async askAndLeave(body) {
      const bytes = JSON.stringify(body)
      const before = stub.seen.length
      const host = { host: '127.0.0.1', port: product.port, path: '/v1/chat/completions' }
      const asking = httpRequest({
        ...host,
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(bytes) },
      })
      asking.on('error', () => undefined)
      asking.on('response', (response) => void response.on('error', () => undefined).resume())
      asking.end(bytes)
      await stub.untilSeen(before + 1)
      return () => void asking.destroy()
    },
    settled: () =>
      until('the newest call is settled', async () => {
        const [row] = await query<{ status: string; error: string | null }>(
          'select status, error_class as error from ai_usage order by at desc limit 1',
        )
        if (row === undefined || row.status === 'running') return null
        return row.error === null ? row.status : `${row.status}: ${row.error}`
      }),
    async leftOver() {
      await within(5000, 'every call to the model is closed', Promise.all(stub.seen.map((seen) => seen.closed)))
      const running = await query("select 1 from ai_usage where status = 'running'")
      return running.length === 0 ? 'nothing left over' : `${running.length} rows left running`
    },
  }
}

/** How a stream ended: `[DONE]`, or the code of its error; with a remark where the upstream's own words came through. */
export function endOf(answer: HttpAnswer): string {
  const leak = [answer.text, ...Object.values(answer.headers).flat()].join('\n').includes(UPSTREAM_SECRET)
  const code = /"code":"([a-z_]+)"/.exec(answer.text)?.[1]
  const end = answer.text.endsWith('data: [DONE]\n\n') ? '[DONE]' : (code ?? 'no end')
  return leak ? `${end} with the upstream’s words` : end
}
