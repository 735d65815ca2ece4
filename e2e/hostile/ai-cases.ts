import type { StubFault } from '#server/ai/testing/stub-answer.ts'
import { aiOffice, endOf, FAULTS, modelOf, question } from './ai-office.ts'
import { alike, type HostileCase } from './hostile-case.ts'
import { describeAnswer } from './refusal.ts'
import { ZERO_CASES } from './zero-cases.ts'

/** Those that are only odd ways to say everything. */
const HARMLESS = new Set<StubFault>([
  'one-byte-writes',
  'crlf',
  'comments',
  'no-done',
  'stall-after-done',
  'usage-beside-content',
  'usage-in-choice',
  'no-usage',
])
const TIMED_OUT = new Set<StubFault>(['stall-before-headers', 'stall-before-first'])
/** A reset takes with it what was written before and not yet read: then it looks as if nothing had been. */
const RESET = new Set<StubFault>(['reset-before-headers', 'reset-before-first', 'reset-mid'])

function expectedOf(fault: StubFault): string {
  if (HARMLESS.has(fault)) return '200, [DONE], done, nothing left over'
  if (TIMED_OUT.has(fault)) return 'ai_timeout, failed: ai_timeout, nothing left over'
  return RESET.has(fault) ? 'cut, failed: cut, nothing left over' : 'ai_failed, failed: ai_failed, nothing left over'
}

const faultCase = (fault: StubFault): HostileCase => ({
  name: `a model whose answer is broken: ${fault}`,
  expected: expectedOf(fault),
  async run(premises) {
    const office = await aiOffice(premises)
    office.behave({ fault })
    const answer = await office.ask(question(modelOf(fault)))
    const end = endOf(answer)
    // Its status was sent before most faults came; where none was, it is that of a gateway.
    const status = end === '[DONE]' ? `${answer.status}, ` : ''
    const isOdd = ![200, 502, 504].includes(answer.status)
    const row = await office.settled()
    const isTold = row === 'done' || row === `failed: ${end}`
    const facts = [end, isTold ? row : `told otherwise than ${row}`, await office.leftOver()].join(', ')
    const got = RESET.has(fault) ? facts.replaceAll(/ai_(?:failed|unreachable)/g, 'cut') : facts
    return `${isOdd ? `${answer.status} ` : ''}${status}${got}`
  },
})

export const AI_CASES: readonly HostileCase[] = [
  {
    name: 'base_url, api_key and their like in a body',
    expected: '400, and the model was not asked',
    async run(premises) {
      const office = await aiOffice(premises)
      office.behave({})
      const before = office.stub.seen.length
      const names = ['base_url', 'api_key', 'api_base', 'api_type', 'custom_llm_provider', 'extra_headers', '__proto__']
      const answers = await Promise.all(
        names.map((name) =>
          office.ask(
            JSON.parse(`{"${name}":"http://169.254.169.254/",${JSON.stringify(question('model-none')).slice(1)}`),
          ),
        ),
      )
      const wasAsked = office.stub.seen.length > before
      return `${alike(answers.map(describeAnswer))}, and the model was ${wasAsked ? '' : 'not '}asked`
    },
  },
  {
    name: 'max_tokens of -1, 0, 10^9, 1.5, text',
    expected: '400',
    async run(premises) {
      const office = await aiOffice(premises)
      const limits = [-1, 0, 1e9, 1.5, '50']
      const answers = await Promise.all(
        limits.map((limit) => office.ask({ ...question('model-none'), max_tokens: limit })),
      )
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'messages of 10 MB',
    expected: '413',
    async run(premises) {
      const office = await aiOffice(premises)
      const messages = [{ role: 'user', content: 'x'.repeat(10 << 20) }]
      return describeAnswer(await office.ask({ ...question('model-none'), messages }))
    },
  },
  {
    name: 'messages that are none, of unknown roles, 6,000 of them, nested 10,000 deep',
    expected: '400',
    async run(premises) {
      const office = await aiOffice(premises)
      const deep = '['.repeat(10_000) + ']'.repeat(10_000)
      const bodies: unknown[] = [
        { model: 'model-none' },
        { ...question('model-none'), messages: [] },
        { ...question('model-none'), messages: [{ role: 'root', content: 'x' }] },
        { ...question('model-none'), messages: Array.from({ length: 6000 }, () => ({ role: 'user', content: 'x' })) },
      ]
      const answers = await Promise.all(bodies.map((body) => office.ask(body)))
      const nested = await premises.editor.send('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"model":"model-none","messages":${deep}}`,
      })
      return alike([...answers, nested].map(describeAnswer))
    },
  },
  {
    name: 'a caller who leaves before the first token, and one who leaves after it',
    expected: 'stopped, nothing left over',
    async run(premises) {
      const office = await aiOffice(premises)
      const ends: string[] = []
      for (const held of [0, 1]) {
        office.behave({ beforePiece: (index) => (index === held ? new Promise(() => {}) : undefined) })
        const leave = await office.askAndLeave({ ...question('model-none') })
        leave()
        ends.push(await office.settled())
      }
      return `${alike(ends)}, ${await office.leftOver()}`
    },
  },
  {
    name: 'a model that asks to slow down',
    expected: '503 ai_busy, failed: ai_busy, asked again after 1 s or more, nothing left over',
    async run(premises) {
      const office = await aiOffice(premises)
      office.behave({ status: { code: 429, headers: { 'retry-after': '30' } } })
      const answer = await office.ask(question('model-none'))
      const wait = Number(answer.headers['retry-after']) >= 1 ? '1 s or more' : String(answer.headers['retry-after'])
      const status = `${describeAnswer(answer)} ${endOf(answer)}`
      return `${status}, ${await office.settled()}, asked again after ${wait}, ${await office.leftOver()}`
    },
  },
  ...ZERO_CASES,
  ...FAULTS.map(faultCase),
]
