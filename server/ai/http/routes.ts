import type { Actor, UserActor } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import type { ControlBus } from '#server/platform/control.ts'
import { type HttpRoute, type RouteDoor, type RouteRequest, sendJson } from '#server/platform/http.ts'
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { REAL_CLOCK } from '../gateway/clock.ts'
import { type GatewayInside, promptTokens } from '../gateway/gateway.ts'
import type { Ask } from '../gateway/request-body.ts'
import type { ApiKeys } from '../keys/api-keys.ts'
import { answerStream, answerWhole, chatAnswer, completionAnswer, type Question, tabbyAnswer } from './answer.ts'
import { chatBody, completionBody, eventBody, passedOn, tabbyBody } from './bodies.ts'
import { type Admitted, createAdmission } from './caller.ts'
import { sendOpenAiError } from './openai-error.ts'
import { readBody } from './read-body.ts'

export interface GatewayRoutesOptions {
  readonly gateway: GatewayInside
  readonly keys: ApiKeys
  readonly control: ControlBus
  readonly resolveSession: (req: IncomingMessage) => Promise<Actor>
  readonly isSessionValid: (actor: Actor) => Promise<boolean>
}

const TABBY_MAX_TOKENS = 256

/** The gateway for editors, extensions and command lines: OpenAI's interface and Tabby's, by API key or session. */
export function createGatewayRoutes(options: GatewayRoutesOptions): HttpRoute[] {
  const { gateway, keys } = options
  const clock = REAL_CLOCK
  const admission = createAdmission(options)
  const door: RouteDoor = {
    resolveActor: async (req) => (await keys.resolve(req)) ?? options.resolveSession(req),
    isActorValid: (actor) =>
      keys.isKeyActor(actor) ? keys.isValid(actor as UserActor) : options.isSessionValid(actor),
    sendError: sendOpenAiError,
  }
  const route = (method: 'GET' | 'POST', path: string, handle: HttpRoute['handle']): HttpRoute => ({
    method,
    path,
    permission: 'account.use',
    door,
    handle,
  })
  const questionOf = (
    { req, res, context }: RouteRequest,
    { caller, signal }: Admitted,
    model: string | undefined,
    ask: Ask,
  ): Question => ({
    req,
    res,
    signal,
    requestId: context.requestId,
    caller,
    model,
    ask,
  })

  const chat = async (request: RouteRequest): Promise<void> => {
    const body = await readBody(request.req, chatBody)
    const parts = [JSON.stringify(body.messages), ...(body.tools ? [JSON.stringify(body.tools)] : [])]
    const ask: Ask = {
      purpose: 'chat',
      messages: body.messages,
      maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
      extra: passedOn(body),
      promptTokens: promptTokens(parts),
    }
    const question = questionOf(request, await admission.admit(request, 'chat'), body.model, ask)
    if (body.stream) await answerStream(gateway, clock, question, body.stream_options?.include_usage === true)
    else await answerWhole(gateway, question, chatAnswer)
  }

  const completion = async (request: RouteRequest): Promise<void> => {
    const body = await readBody(request.req, z.union([z.looseObject({ segments: z.unknown() }), completionBody]))
    if ('segments' in body) return tabby(request, body)
    const openAi = body as z.output<typeof completionBody>
    const { prompt, suffix } = openAi
    const common = {
      purpose: 'completion' as const,
      maxTokens: openAi.max_tokens ?? undefined,
      extra: passedOn(openAi),
      promptTokens: promptTokens([prompt, suffix ?? '']),
    }
    // Without a suffix the prompt is whole, and its caller's own; with one we render it, and strip what would steer it.
    const ask: Ask = suffix ? { ...common, segments: { prefix: prompt, suffix } } : { ...common, prompt }
    const question = questionOf(request, await admission.admit(request, 'completions'), openAi.model, ask)
    if (openAi.stream) await answerStream(gateway, clock, question, openAi.stream_options?.include_usage === true)
    else await answerWhole(gateway, question, completionAnswer)
  }

  const tabby = async (request: RouteRequest, given: unknown): Promise<void> => {
    const parsed = tabbyBody.safeParse(given)
    if (!parsed.success) throw new AppError('bad_request', undefined, { details: { param: 'segments' } })
    const { segments, language, temperature, seed } = parsed.data
    const snippets = [
      ...(segments.declarations ?? []),
      ...(segments.relevant_snippets_from_recently_opened_files ?? []),
      ...(segments.relevant_snippets_from_changed_files ?? []),
    ].map(({ filepath, body }) => ({ filepath, body }))
    const ask: Ask = {
      purpose: 'completion',
      segments: {
        prefix: segments.prefix,
        ...(segments.suffix ? { suffix: segments.suffix } : {}),
        ...(segments.filepath ? { filepath: segments.filepath } : {}),
        ...(language ? { language } : {}),
        snippets,
      },
      maxTokens: TABBY_MAX_TOKENS,
      extra: passedOn({ temperature, seed }),
      promptTokens: promptTokens([segments.prefix, segments.suffix ?? '', ...snippets.map((s) => s.body)]),
    }
    await answerWhole(
      gateway,
      questionOf(request, await admission.admit(request, 'completions'), undefined, ask),
      tabbyAnswer,
    )
  }

  return [
    route('POST', '/v1/chat/completions', chat),
    route('POST', '/v1/completions', completion),
    route('POST', '/v1/events', async (request) => {
      const event = await readBody(request.req, eventBody)
      admission.requireScope(request, 'completions')
      const outcome = { view: 'shown', select: 'accepted', dismiss: 'dismissed' } as const
      await gateway.noteOutcome({
        userId: (request.context.actor as UserActor).userId,
        usageId: event.completion_id,
        outcome: outcome[event.type],
        ...(event.elapsed ? { elapsedMs: event.elapsed } : {}),
      })
      sendJson(request.res, 200, {})
    }),
    route('GET', '/v1/models', async (request) => {
      admission.requireScope(request, 'models')
      const names = new Set((await gateway.models()).map(({ model }) => model))
      const data = [...names].map((id) => ({ id, object: 'model', created: 0, owned_by: 'pairloom' }))
      sendJson(request.res, 200, { object: 'list', data })
    }),
    route('GET', '/v1/health', async ({ res }) => {
      const models = await gateway.models()
      const first = (purpose: 'chat' | 'completion') => models.find((m) => m.purpose === purpose)?.model ?? null
      // The fields that Tabby's clients look for; nothing of this machine is told.
      sendJson(res, 200, {
        status: models.length > 0 ? 'ok' : 'not_configured',
        model: first('completion'),
        chat_model: first('chat'),
        device: 'remote',
        arch: '',
        cpu_info: '',
        cpu_count: 0,
        cuda_devices: [],
        version: { build_date: '', build_timestamp: '', git_sha: '', git_describe: 'pairloom' },
      })
    }),
  ]
}
