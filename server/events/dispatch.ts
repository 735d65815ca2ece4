import { ZodError } from 'zod'
import type { Resource } from '#shared/access/can.ts'
import { isWorkspacePermission } from '#shared/access/permissions.ts'
import { AppError, ERRORS, type ErrorCode } from '#shared/errors.ts'
import type { EventResult } from '#shared/protocol/events.ts'
import { requirePermission } from '#server/platform/access.ts'
import type { Logger } from '#server/platform/log.ts'
import type { RateLimit } from '#server/platform/rate-limit.ts'
import type { Judge } from './judge.ts'
import type { LiveSocket } from './live-sockets.ts'
import type { SocketEvent } from '#server/platform/socket-event.ts'

interface DispatchOptions {
  readonly events: readonly SocketEvent[]
  readonly judge: Judge
  readonly throttle: RateLimit
  /** of events that are counted apart, by their names */
  readonly paces: ReadonlyMap<string, RateLimit>
  readonly log: Logger
}

/** A socket that goes on and on after being told to slow down is closed. */
const REFUSALS_BEFORE_CLOSE = 500

/**
 * Gives a socket the one way in: form, rate and permission are judged for each event, then it acts. What is not
 * declared is answered with an error, and one socket's events take effect in the order they were sent.
 */
export function createDispatch({ events, judge, throttle, paces, log }: DispatchOptions) {
  const byName = new Map<unknown, SocketEvent>(events.map((event) => [event.name, event]))

  /** Judges, and begins; what it answers is waited for by who called. */
  async function perform(
    live: LiveSocket,
    name: unknown,
    raw: unknown,
  ): Promise<{ event: SocketEvent; value: unknown }> {
    const event = byName.get(name)
    if (!event) throw new AppError('bad_request')
    const input = event.parse(raw)
    const resource = await resourceOf(live, event, input)
    requirePermission(live.actor, event.permission, resource)
    const workspace = resource?.type === 'workspace' ? resource : null
    // No waiting between the judgement and the act.
    const isInside = workspace !== null && live.inside.has(workspace.id)
    const value = event.handle({ socketId: live.socket.id, actor: live.actor, workspace, isInside }, input)
    return { event, value }
  }

  async function resourceOf(
    live: LiveSocket,
    event: SocketEvent,
    input: ReturnType<SocketEvent['parse']>,
  ): Promise<Resource | null> {
    if (!isWorkspacePermission(event.permission)) return { type: 'self' }
    if (input.workspaceId === undefined) throw new Error(`${event.name} needs a workspaceId`)
    return event.pace === null ? judge.load(live.actor, input.workspaceId) : judge.recent(live.actor, input.workspaceId)
  }

  function refuse(error: unknown, name: unknown): EventResult<never> {
    const code = codeOf(error)
    if (code === 'internal') log.error({ err: error, event: String(name).slice(0, 80) }, 'socket event failed')
    return { ok: false, code, message: ERRORS[code].en }
  }

  function answerLater(value: unknown, name: unknown, done: (result: EventResult<unknown>) => void): void {
    Promise.resolve(value).then(
      (answer) => done({ ok: true, value: answer }),
      (error: unknown) => done(refuse(error, name)),
    )
  }

  return (live: LiveSocket): void => {
    let refusals = 0
    let turn = Promise.resolve()
    live.socket.use((packet: readonly unknown[]) => {
      const [name, raw] = packet
      const last = packet.at(-1)
      const done = (result: EventResult<unknown>) => {
        if (typeof last === 'function') last(result)
      }
      try {
        const pace = paces.get(String(name)) ?? throttle
        pace.take(live.socket.id)
      } catch (error) {
        done(refuse(error, name))
        if (++refusals === REFUSALS_BEFORE_CLOSE) live.socket.disconnect(true)
        return
      }
      turn = turn.then(async () => {
        if (!live.socket.connected) return
        try {
          const { event, value } = await perform(live, name, raw)
          if (!event.isConcurrent) done({ ok: true, value: await value })
          else answerLater(value, name, done)
        } catch (error) {
          done(refuse(error, name))
        }
      })
    })
  }
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof AppError) return error.code
  return error instanceof ZodError ? 'bad_request' : 'internal'
}
