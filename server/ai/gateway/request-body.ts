import type { Target } from './target.ts'
import type { ChatTurn, Segments } from './types.ts'
import { renderFillIn } from './fill-in.ts'
import type { UpstreamRequest } from './upstream.ts'

/** What is asked, in our own terms; the same for every route it may go to. */
export type Ask = {
  readonly maxTokens: number | undefined
  /** Fields that OpenAI's interface has and that are passed on as they came: sampling, tools, response format. */
  readonly extra: Readonly<Record<string, unknown>>
  /** Estimated. */
  readonly promptTokens: number
} & (
  | { readonly purpose: 'chat'; readonly messages: readonly ChatTurn[] | readonly unknown[] }
  /** `prompt`: rendered by its caller, who answers for its tokens. */
  | { readonly purpose: 'completion'; readonly segments: Segments }
  | { readonly purpose: 'completion'; readonly prompt: string }
)

/** At most what is asked, what the route allows, and what the prompt leaves of the model's context. */
export const maxTokensFor = (target: Target, { maxTokens, promptTokens }: Ask): number =>
  Math.max(
    1,
    Math.min(maxTokens ?? target.maxTokens, target.maxTokens, Math.max(16, target.contextTokens - promptTokens)),
  )

export function requestFor(target: Target, ask: Ask): UpstreamRequest {
  const { provider } = target
  const send = (path: string, body: object): UpstreamRequest => ({
    url: new URL(provider.baseUrl + path),
    apiKey: provider.apiKey,
    body: Buffer.from(JSON.stringify(body)),
  })
  if (provider.kind === 'tabby' && ask.purpose === 'completion') return send('/v1/completions', tabbyBody(ask))
  const body = {
    ...ask.extra,
    model: target.upstreamModel,
    max_tokens: maxTokensFor(target, ask),
    // Always a stream: only that can be aborted, and counted as it comes.
    stream: true,
    stream_options: {
      include_usage: true,
      // So that a stream that is stopped has been counted too.
      ...(provider.kind === 'vllm' ? { continuous_usage_stats: true } : {}),
    },
  }
  if (ask.purpose === 'chat') {
    const path = provider.kind === 'tabby' ? '/v1/chat/completions' : '/chat/completions'
    return send(path, { ...body, messages: ask.messages })
  }
  return send('/completions', {
    ...body,
    ...('prompt' in ask ? { prompt: ask.prompt } : renderFillIn(target.template, ask.segments)),
  })
}

function tabbyBody(ask: Extract<Ask, { purpose: 'completion' }>): object {
  const { temperature, seed } = ask.extra
  const sampling = { ...(temperature === undefined ? {} : { temperature }), ...(seed === undefined ? {} : { seed }) }
  if ('prompt' in ask) return { ...sampling, segments: { prefix: ask.prompt, suffix: '' } }
  const { prefix, suffix = '', language, filepath, snippets = [] } = ask.segments
  return {
    ...sampling,
    ...(language === undefined ? {} : { language }),
    segments: {
      prefix,
      suffix,
      ...(filepath === undefined ? {} : { filepath }),
      ...(snippets.length === 0
        ? {}
        : { relevant_snippets_from_changed_files: snippets.map((s) => ({ ...s, score: 1 })) }),
    },
  }
}
