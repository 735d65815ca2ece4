import type { IncomingMessage } from 'node:http'
import type { Clock } from './clock.ts'
import type { Failure } from './failure.ts'
import { readEvents } from './read-events.ts'
import { readRefusal } from './read-refusal.ts'
import { readTabbyAnswer } from './read-tabby.ts'
import type { Tally } from './reading.ts'
import type { Sink } from './sink.ts'
import type { UpstreamClient, UpstreamRequest } from './upstream.ts'
import { createWatch } from './watch.ts'

export interface AttemptOptions {
  readonly client: UpstreamClient
  readonly request: UpstreamRequest
  readonly form: 'events' | 'tabby'
  readonly sink: Sink
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly firstTokenMs: number
}

export type AttemptEnd =
  | { readonly type: 'done' }
  | { readonly type: 'aborted' }
  | { readonly type: 'failed'; readonly failure: Failure; readonly isStaleSocket: boolean }

export const CONNECT_MS = 2000
export const IDLE_MS = 20_000
export const CLIENT_STALL_MS = 30_000

type Phase = 'connect' | 'first-token' | 'idle' | 'client-stalled'

/** Asks one route once, and passes what comes to the sink. Resolves when the upstream's socket is free or closed. */
export function runAttempt(options: AttemptOptions, tally: Tally): Promise<AttemptEnd> {
  const { client, request, sink, signal, clock } = options
  const { promise, resolve } = Promise.withResolvers<AttemptEnd>()
  let isOver = false

  const finish = (end: AttemptEnd): void => {
    if (isOver) return
    isOver = true
    watch.rest()
    signal.removeEventListener('abort', abort)
    if (end.type === 'done') upstream.release()
    else upstream.close()
    resolve(end)
  }
  const fail = (failure: Failure): void => {
    const isStaleSocket = failure.type === 'unreachable' && upstream.isReused()
    finish({ type: 'failed', failure, isStaleSocket })
  }
  const abort = (): void => finish({ type: 'aborted' })
  const watch = createWatch<Phase>(clock, (phase) =>
    fail(phase === 'client-stalled' ? { type: 'client-stalled' } : { type: 'timeout', phase }),
  )

  if (signal.aborted) return Promise.resolve({ type: 'aborted' })
  // Before anything is sent, so that no moment is left in which an abort goes unheard.
  signal.addEventListener('abort', abort)
  watch.enter('connect', CONNECT_MS)
  const startedAt = clock.now()
  const upstream = client.send(request, {
    connected: () => {
      if (!isOver) watch.enter('first-token', startedAt + options.firstTokenMs - clock.now())
    },
    answered(response) {
      if (isOver) return
      response.on('error', () => fail({ type: 'cut' }))
      response.on('close', () => response.complete || fail({ type: 'cut' }))
      if (response.statusCode !== 200) {
        void readRefusal(response).then(fail)
        return
      }
      receive(response)
    },
    failed: () => fail(tally.hasContent ? { type: 'cut' } : { type: 'unreachable' }),
  })

  const receive = (response: IncomingMessage): void => {
    sink.opened()
    const read = options.form === 'tabby' ? readTabbyAnswer : readEvents
    read(response, {
      sink,
      tally,
      now: clock.now,
      progressed: () => watch.extend(IDLE_MS),
      firstContent: () => watch.enter('idle', IDLE_MS),
      paused: () => watch.enter('client-stalled', CLIENT_STALL_MS),
      resumed: () => watch.enter('idle', IDLE_MS),
      isOver: () => isOver,
      fail,
      done: () => finish({ type: 'done' }),
    })
  }
  return promise
}
