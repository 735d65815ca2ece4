import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { BenchOptions } from '../main.ts'
import { cpuSeconds, hostMeter, residentBytes } from '../process-usage.ts'
import type { Figure } from '../report.ts'
import { median, quantile } from '../statistics.ts'
import { ask, hearMany } from './load.ts'
import {
  type Closed,
  direct,
  startLiteLlm,
  startPairloom,
  startUpstream,
  type Subject,
  type Upstream,
} from './subjects.ts'
import { askInChat, openViewer, stopRun } from './viewers.ts'
import { nowUs } from './wish.ts'

type Measured = Pick<Figure, 'metric' | 'value' | 'unit'>

interface Scenario {
  readonly name: string
  /** All subjects in turn, so often; the median of each figure is told. 1 where nothing is said. */
  readonly rounds?: number
  /** Before the first round. */
  warmUp?(subject: Subject): Promise<unknown>
  run(subject: Subject, upstream: Upstream): Promise<Measured[]>
}

const SCENARIOS: readonly Scenario[] = [
  // One in a hundred tokens is late where the host takes the core away for a thirtieth of a second: hence in rounds.
  { name: '64 streams', rounds: 9, warmUp: latencyWarmUp, run: latency },
  { name: '500 streams of 50 tokens/s', run: crowd },
  { name: 'abort', run: aborts },
  { name: 'stalled reader', run: stalled },
  { name: '100 viewers of one run', run: viewers },
]

/** The gateway beside a direct connection, and beside LiteLLM where one is installed, under the same load in one run. */
export async function run(options: BenchOptions): Promise<Figure[]> {
  execFileSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' })
  const isWanted = (name: string, wanted: readonly string[]) =>
    wanted.length === 0 || wanted.some((w) => name.includes(w))
  const upstream = await startUpstream()
  const subjects: Subject[] = []
  const figures: Figure[] = []
  try {
    if (isWanted('direct', options.subjects)) subjects.push(direct(upstream))
    if (isWanted('pairloom', options.subjects)) subjects.push(await startPairloom(upstream))
    const liteLlm = isWanted('litellm', options.subjects) ? await startLiteLlm(upstream) : null
    if (liteLlm !== null) subjects.push(liteLlm)
    for (const scenario of SCENARIOS) {
      if (!isWanted(scenario.name, options.only)) continue
      for (const subject of subjects) await scenario.warmUp?.(subject)
      const rounds = new Map(subjects.map((subject) => [subject.name, [] as Measured[][]]))
      for (let round = 0; round < (scenario.rounds ?? 1); round += 1) {
        for (const subject of subjects) rounds.get(subject.name)?.push(await scenario.run(subject, upstream))
        process.stderr.write(`${scenario.name} · ${round + 1}\n`)
      }
      for (const [subject, measured] of rounds)
        for (const m of middle(measured)) figures.push({ suite: 'ai', scenario: scenario.name, subject, ...m })
    }
  } finally {
    for (const subject of subjects) await subject.stop()
    await upstream.stop()
  }
  return [...figures, ...figures.flatMap((figure) => added(figure, figures))]
}

/** The median of each figure; of those that differ between rounds also the lowest and the highest. */
function middle(rounds: readonly Measured[][]): Measured[] {
  return (rounds[0] ?? []).flatMap(({ metric, unit }) => {
    const values = rounds.flatMap((round) => round.filter((m) => m.metric === metric).map((m) => m.value))
    const figure = { metric, value: median(values), unit }
    if (rounds.length === 1 || !metric.endsWith('p99')) return [figure]
    const ends = { 'best round': Math.min(...values), 'worst round': Math.max(...values) }
    return [figure, ...Object.entries(ends).map(([which, value]) => ({ metric: `${metric}, ${which}`, value, unit }))]
  })
}

/** What a gateway adds to the same figure of the direct connection. */
function added(figure: Figure, all: readonly Figure[]): Figure[] {
  if (figure.subject === 'direct' || !/^(token|first token)/.test(figure.metric)) return []
  const base = all.find((f) => f.subject === 'direct' && f.scenario === figure.scenario && f.metric === figure.metric)
  return base ? [{ ...figure, metric: `added, ${figure.metric}`, value: figure.value - base.value }] : []
}

const milliseconds = (metric: string, samples: readonly number[]): Measured[] => [
  { metric: `${metric} p50`, value: quantile(samples, 0.5), unit: 'ms' },
  { metric: `${metric} p99`, value: quantile(samples, 0.99), unit: 'ms' },
]

const LATENCY_WISH = { pieces: 20, everyMs: 20, firstMs: 50 }

/** The compiler and the pools. */
function latencyWarmUp(subject: Subject): Promise<unknown> {
  return hearMany(subject, LATENCY_WISH, 64, 1024)
}

async function latency(subject: Subject): Promise<Measured[]> {
  // Connections that went idle while the others had their turn are made anew.
  await hearMany(subject, LATENCY_WISH, 64, 128)
  const host = hostMeter()
  const heard = await hearMany(subject, LATENCY_WISH, 64, 512)
  const taken = host()
  return [
    ...milliseconds(
      'first token',
      heard.map((h) => h.firstMs),
    ),
    ...milliseconds(
      'token',
      heard.flatMap((h) => h.transitMs),
    ),
    { metric: 'taken by the host', value: taken, unit: '% of a core' },
  ]
}

async function crowd(subject: Subject): Promise<Measured[]> {
  const wish = { pieces: 500, everyMs: 20, firstMs: 50 }
  const { pid } = subject
  const before = pid === null ? 0 : cpuSeconds(pid)
  const startedAt = performance.now()
  const heard = await hearMany(subject, wish, 500, 500)
  const seconds = (performance.now() - startedAt) / 1000
  const tokens = heard.reduce((sum, h) => sum + h.transitMs.length + 1, 0)
  const rate: Measured[] = [{ metric: 'tokens', value: tokens / seconds, unit: 'tokens/s' }]
  if (pid !== null) {
    const busy = cpuSeconds(pid) - before
    rate.push({ metric: 'CPU', value: (busy / seconds) * 100, unit: '% of a core' })
    rate.push({ metric: 'CPU of a token', value: (busy / tokens) * 1e6, unit: 'µs' })
  }
  return [
    ...milliseconds(
      'token',
      heard.flatMap((h) => h.transitMs),
    ),
    ...rate,
  ]
}

async function aborts(subject: Subject, upstream: Upstream): Promise<Measured[]> {
  const waiting = new Map<number, (closed: Closed) => void>()
  upstream.onClosed((closed) => waiting.get(closed.id)?.(closed))
  const abortOne = async (id: number, firstMs: number): Promise<number> => {
    const closed = new Promise<Closed>((resolve) => waiting.set(id, resolve))
    const request = ask(subject, { id, pieces: 10_000, everyMs: 20, firstMs })
    request.on('error', () => undefined)
    if (firstMs < 1000) {
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.on('error', () => undefined)
      await once(response, 'data')
    } else await new Promise((resolve) => setTimeout(resolve, 100))
    const abortedUs = nowUs()
    request.destroy()
    return ((await closed).closedUs - abortedUs) / 1000
  }
  const streaming: number[] = []
  const early: number[] = []
  for (let i = 0; i < 60; i += 1) {
    streaming.push(await abortOne(i * 2, 10))
    early.push(await abortOne(i * 2 + 1, 7000))
  }
  return [
    ...milliseconds('abort while streaming', streaming),
    ...milliseconds('abort before the first token', early),
    { metric: 'abort, slowest', value: Math.max(...streaming, ...early), unit: 'ms' },
  ]
}

async function viewers({ room, pid }: Subject): Promise<Measured[]> {
  if (room === null || pid === null) return []
  const people = await Promise.all(Array.from({ length: 100 }, (_, index) => openViewer(room, index)))
  const runId = await askInChat(room, { pieces: 100_000, everyMs: 20, firstMs: 50 })
  await Promise.all(people.map((viewer) => viewer.follow(runId)))
  const resumed: number[] = []
  const [cpuBefore, ownBefore, beganAt] = [cpuSeconds(pid), cpuSeconds(process.pid), performance.now()]
  // One after the other comes back, while all others read on.
  for (let index = 0; index < 50; index += 1) {
    const startedAt = performance.now()
    const viewer = await openViewer(room, index)
    await viewer.follow(runId)
    resumed.push(performance.now() - startedAt)
    viewer.close()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const seconds = (performance.now() - beganAt) / 1000
  const busy = (cpuSeconds(pid) - cpuBefore) / seconds
  const ownBusy = (cpuSeconds(process.pid) - ownBefore) / seconds
  await stopRun(room, runId)
  const transit = people.flatMap((viewer) => viewer.transitMs)
  for (const viewer of people) viewer.close()
  return [
    { metric: 'upstream to viewer p50', value: quantile(transit, 0.5), unit: 'ms' },
    { metric: 'upstream to viewer p95', value: quantile(transit, 0.95), unit: 'ms' },
    { metric: 'CPU', value: busy * 100, unit: '% of a core' },
    { metric: 'CPU of the viewers', value: ownBusy * 100, unit: '% of a core' },
    { metric: 'resume, connection included, p50', value: quantile(resumed, 0.5), unit: 'ms' },
    { metric: 'resume, connection included, slowest', value: Math.max(...resumed), unit: 'ms' },
  ]
}

async function stalled(subject: Subject): Promise<Measured[]> {
  const { pid } = subject
  if (pid === null) return []
  const before = residentBytes(pid)
  // All are listened to at once: an answer nobody listens to is read to its end, which never comes.
  const requests = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const request = ask(subject, { pieces: 1e6, everyMs: 0, firstMs: 0, bytes: 8000 })
      request.on('error', () => undefined)
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      response.on('error', () => undefined).pause()
      return request
    }),
  )
  // What the sockets between hold flows through first; from then on nothing may grow.
  const samples: number[] = []
  for (let i = 0; i < 20; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    samples.push(residentBytes(pid))
  }
  for (const request of requests) request.destroy()
  const grown = (from: number, to: readonly number[]): number => (Math.max(...to) - from) / 2 ** 20
  return [
    { metric: 'RSS grown, 20 readers that stall', value: grown(before, samples), unit: 'MiB' },
    { metric: 'RSS grown, from 2 s to 10 s of that', value: grown(samples[3]!, samples.slice(4)), unit: 'MiB' },
  ]
}
