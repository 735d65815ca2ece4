import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Collector, createCollector } from '../testing/collector.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import type { StubPlan, StubFault } from '../testing/stub-answer.ts'
import { UPSTREAM_SECRET } from '../testing/stub-answer.ts'
import { startStubUpstream, type StubUpstream } from '../testing/stub-upstream.ts'
import { createBreaker } from './breaker.ts'
import { errorClassOf } from './failure.ts'
import { relay, type RelayEnd } from './relay.ts'
import type { Target } from './target.ts'
import { createUpstreamClient } from './upstream.ts'

const client = createUpstreamClient()
const stubs: StubUpstream[] = []
let clock: ReturnType<typeof createManualClock>
let stop: AbortController
let breaker: ReturnType<typeof createBreaker>

beforeEach(() => {
  clock = createManualClock()
  stop = new AbortController()
  breaker = createBreaker(clock.now)
})
afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close()
})

async function stubWith(behave: (index: number) => StubPlan): Promise<StubUpstream> {
  const stub = await startStubUpstream((_, index) => behave(index))
  stubs.push(stub)
  return stub
}

const targetAt = (baseUrl: string, name = 'one'): Target => ({
  provider: { id: name, name, kind: 'vllm', baseUrl, apiKey: null },
  purpose: 'chat',
  model: 'chat',
  upstreamModel: 'tiny',
  template: null,
  maxTokens: 100,
  contextTokens: 1000,
  inputPrice: 0n,
  outputPrice: 0n,
  firstTokenMs: 15_000,
})

function start(
  targets: readonly Target[],
  sink: Collector = createCollector(),
): { sink: Collector; end: Promise<RelayEnd> } {
  const end = relay(
    { client, breaker, clock, random: () => 0.5 },
    {
      targets,
      sink,
      signal: stop.signal,
      requestFor: ({ provider }) => ({
        url: new URL(`${provider.baseUrl}/chat/completions`),
        apiKey: provider.apiKey,
        body: Buffer.from(JSON.stringify({ messages: [], stream: true, stream_options: { include_usage: true } })),
      }),
    },
  )
  return { sink, end }
}

/** Runs to the end while the clock goes on by itself, a tenth of a second for each turn of the loop. */
async function finish(end: Promise<RelayEnd>): Promise<RelayEnd> {
  let isOver = false
  void end.finally(() => (isOver = true))
  while (!isOver) {
    await new Promise(setImmediate)
    clock.advance(100)
  }
  return end
}

const errorOf = ({ outcome }: RelayEnd) => (outcome.type === 'failed' ? errorClassOf(outcome.failure) : outcome.type)

describe('a stream', () => {
  it.each<StubFault | 'none'>([
    'none',
    'one-byte-writes',
    'crlf',
    'comments',
    'no-done',
    'usage-in-choice',
    'usage-beside-content',
    'stall-after-done',
  ])('passes whole and with its counts: %s', async (fault) => {
    const pieces = ['한글 ', '👋🏽', ' end']
    const stub = await stubWith(() => ({ pieces, ...(fault === 'none' ? {} : { fault }) }))
    const { sink, end } = start([targetAt(stub.baseUrl)])
    const { outcome, tally } = await end
    expect(outcome).toEqual({ type: 'done' })
    expect(sink.text()).toBe(pieces.join(''))
    expect(tally).toMatchObject({ usage: { promptTokens: 7, completionTokens: 3 }, finishReason: 'stop', pieces: 3 })
  })

  it('is not held back: the first token passes while the upstream still thinks about the second', async () => {
    const second = Promise.withResolvers<void>()
    const stub = await stubWith(() => ({ beforePiece: (i) => (i === 1 ? second.promise : undefined) }))
    const { sink, end } = start([targetAt(stub.baseUrl)])
    await sink.untilText('Hello')
    second.resolve()
    expect((await end).outcome.type).toBe('done')
  })

  it('is only done with a finish: a polite end without one is a failure', async () => {
    const stub = await stubWith(() => ({ fault: 'no-finish' }))
    const { sink, end } = start([targetAt(stub.baseUrl)])
    expect(errorOf(await end)).toBe('ai_failed')
    expect(sink.text()).toBe('Hello world')
  })
})

describe('a fault before the first content', () => {
  it.each<StubFault>(['reset-before-headers', 'reset-before-first', 'error-first', 'malformed-first', 'huge-event'])(
    'is mended by asking again: %s',
    async (fault) => {
      const stub = await stubWith((index) => (index < 2 ? { fault } : {}))
      const { sink, end } = start([targetAt(stub.baseUrl)])
      expect((await finish(end)).outcome).toEqual({ type: 'done' })
      expect(sink.text()).toBe('Hello world')
      expect(stub.seen).toHaveLength(3)
    },
  )

  it('goes to the next route after two retries', async () => {
    const bad = await stubWith(() => ({ status: { code: 500 } }))
    const good = await stubWith(() => ({}))
    const { sink, end } = start([targetAt(bad.baseUrl), targetAt(good.baseUrl, 'two')])
    const { outcome, target } = await finish(end)
    expect(outcome).toEqual({ type: 'done' })
    expect(target?.provider.name).toBe('two')
    expect(bad.seen).toHaveLength(3)
    expect(sink.text()).toBe('Hello world')
  })

  it('is told by the failure of the route that comes first', async () => {
    const bad = await stubWith(() => ({ status: { code: 400 } }))
    const worse = await stubWith(() => ({ status: { code: 500 } }))
    const { end } = start([targetAt(bad.baseUrl), targetAt(worse.baseUrl, 'two')])
    expect(errorOf(await finish(end))).toBe('ai_refused')
  })

  it.each([
    [401, undefined, 'ai_misconfigured'],
    [404, undefined, 'ai_misconfigured'],
    [400, { error: { message: 'x', type: 'no_db_connection', code: '400' } }, 'ai_misconfigured'],
    [400, undefined, 'ai_refused'],
  ])('of status %i is not asked again', async (code, body, expected) => {
    const stub = await stubWith(() => ({ status: { code, body } }))
    expect(errorOf(await finish(start([targetAt(stub.baseUrl)]).end))).toBe(expected)
    expect(stub.seen).toHaveLength(1)
  })

  it('waits as long as Retry-After asks, and then asks again', async () => {
    const stub = await stubWith((index) =>
      index === 0 ? { status: { code: 429, headers: { 'retry-after': '1' } } } : {},
    )
    const { end } = start([targetAt(stub.baseUrl)])
    expect((await finish(end)).outcome).toEqual({ type: 'done' })
    expect(clock.now()).toBeGreaterThanOrEqual(1000)
  })

  it('that asks to slow down sends to the next route at once, and rests until it may be asked again', async () => {
    const busy = await stubWith(() => ({ status: { code: 429, headers: { 'llm_provider-retry-after': '30' } } }))
    const other = await stubWith(() => ({}))
    const targets = [targetAt(busy.baseUrl), targetAt(other.baseUrl, 'two')]
    await start(targets).end
    expect(breaker.restMs('one')).toBe(30_000)
    await start(targets).end
    expect([busy.seen.length, other.seen.length]).toEqual([1, 2])
  })

  it('of a port where nobody listens is told as unreachable', async () => {
    const stub = await stubWith(() => ({}))
    await stub.close()
    expect(errorOf(await finish(start([targetAt(stub.baseUrl)]).end))).toBe('ai_unreachable')
  })
})

describe('a fault after the first content', () => {
  it.each<StubFault>(['reset-mid', 'end-mid', 'error-mid', 'malformed-mid'])(
    'is a typed failure, keeps what came, and is never tried again: %s',
    async (fault) => {
      const sink = createCollector()
      // A reset may overtake what was written before it.
      const arrived = (index: number) => (index === 1 ? sink.untilText('Hello') : undefined)
      const stub = await stubWith(() => ({ fault, beforePiece: arrived }))
      const { end } = start([targetAt(stub.baseUrl), targetAt(stub.baseUrl, 'two')], sink)
      const { outcome, tally } = await end
      expect(errorOf({ outcome, tally, target: null })).toBe('ai_failed')
      expect(sink.text()).toBe('Hello')
      expect(sink.bytes()).not.toContain(UPSTREAM_SECRET)
      expect(stub.seen).toHaveLength(1)
    },
  )
})

describe('deadlines', () => {
  it.each<[StubFault, number]>([
    ['stall-before-headers', 15_000],
    ['stall-before-first', 15_000],
  ])('end an upstream that never begins: %s', async (fault, ms) => {
    const stub = await stubWith(() => ({ fault }))
    const { end } = start([targetAt(stub.baseUrl)])
    const { closed } = await stub.untilSeen(1)
    clock.advance(ms - 1)
    await new Promise(setImmediate)
    expect(stub.openSockets()).toBe(1)
    clock.advance(1)
    expect(errorOf(await end)).toBe('ai_timeout')
    expect((await closed).isCut).toBe(true)
  })

  it('end an upstream that falls silent for twenty seconds', async () => {
    const stub = await stubWith(() => ({ fault: 'stall-mid' }))
    const { sink, end } = start([targetAt(stub.baseUrl)])
    await sink.untilText('Hello')
    clock.advance(19_999)
    expect(stub.openSockets()).toBe(1)
    clock.advance(1)
    expect(errorOf(await end)).toBe('ai_timeout')
    expect((await stub.seen[0]!.closed).isCut).toBe(true)
  })

  it('end one that drips for ever, after five minutes', async () => {
    const own = clock
    const stub = await stubWith(() => ({
      pieces: Array.from({ length: 10_000 }, () => '.'),
      async beforePiece() {
        await new Promise(setImmediate)
        own.advance(10_000)
      },
    }))
    expect(errorOf(await start([targetAt(stub.baseUrl)]).end)).toBe('ai_timeout')
    expect(clock.now()).toBeLessThan(340_000)
  })
})

describe('an abort', () => {
  it.each<StubFault>(['stall-before-headers', 'stall-before-first', 'stall-mid'])(
    'closes the upstream socket at once: %s',
    async (fault) => {
      const stub = await stubWith(() => ({ fault }))
      const { sink, end } = start([targetAt(stub.baseUrl)])
      const { closed } = await stub.untilSeen(1)
      if (fault === 'stall-mid') await sink.untilText('Hello')
      stop.abort()
      expect((await end).outcome).toEqual({ type: 'stopped' })
      expect((await closed).isCut).toBe(true)
      expect(clock.now()).toBe(0)
    },
  )

  it('before anything was sent reaches no upstream', async () => {
    const stub = await stubWith(() => ({}))
    stop.abort()
    expect((await start([targetAt(stub.baseUrl)]).end).outcome).toEqual({ type: 'stopped' })
    expect(stub.seen).toHaveLength(0)
  })

  it('while waiting to ask again ends the wait', async () => {
    const stub = await stubWith(() => ({ status: { code: 500 } }))
    const { end } = start([targetAt(stub.baseUrl)])
    await (
      await stub.untilSeen(1)
    ).closed
    stop.abort()
    expect((await end).outcome).toEqual({ type: 'stopped' })
  })
})

describe('a reader who does not read', () => {
  it('pauses the upstream, and goes on where it left off', async () => {
    const pieces = Array.from({ length: 400 }, (_, i) => `${i} ${'x'.repeat(40_000)}`)
    let sent = 0
    const stub = await stubWith(() => ({ pieces, beforePiece: (index) => void (sent = index) }))
    const sink = createCollector()
    sink.fill()
    const { end } = start([targetAt(stub.baseUrl)], sink)
    await sink.untilText('0 ')
    await quiet(() => sent)
    expect(sent).toBeLessThan(pieces.length - 1)
    expect(sink.text().length).toBeLessThan(200_000)
    sink.drain()
    expect((await end).outcome).toEqual({ type: 'done' })
    expect(sink.text()).toBe(pieces.join(''))
  })

  it('is cut after thirty seconds, and the upstream with it', async () => {
    const pieces = Array.from({ length: 400 }, () => 'x'.repeat(40_000))
    const stub = await stubWith(() => ({ pieces }))
    const sink = createCollector()
    sink.fill()
    const { end } = start([targetAt(stub.baseUrl)], sink)
    await sink.untilText('x')
    clock.advance(29_999)
    expect(stub.openSockets()).toBe(1)
    clock.advance(1)
    expect(errorOf(await end)).toBe('client_stalled')
    expect((await stub.seen[0]!.closed).isCut).toBe(true)
  })
})

/** Resolves when a number has stood still for twenty turns of the loop. */
async function quiet(read: () => number): Promise<void> {
  for (let still = 0, last = read(); still < 20; still += 1) {
    await new Promise(setImmediate)
    if (read() !== last) still = 0
    last = read()
  }
}
