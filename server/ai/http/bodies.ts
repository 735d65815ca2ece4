import { z } from 'zod'

const number = (min: number, max: number) => z.number().min(min).max(max).nullish()
const text = z.string().max(2 << 20)
const json = z.record(z.string(), z.unknown())

/** Passed on as they came: nothing here can lead a call elsewhere or make it cost more than was reserved. */
const sampling = {
  temperature: number(0, 2),
  top_p: number(0, 1),
  top_k: z.number().int().min(-1).max(10_000).nullish(),
  min_p: number(0, 1),
  presence_penalty: number(-2, 2),
  frequency_penalty: number(-2, 2),
  repetition_penalty: number(0, 10),
  seed: z.number().int().nullish(),
  stop: z.union([z.string().max(200), z.array(z.string().max(200)).max(16)]).nullish(),
}

/** Understood here and not passed on. What neither list names is refused by name: `base_url` and `api_key` first of all. */
const ours = {
  model: z.string().min(1).max(200).optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().min(1).max(1_000_000).nullish(),
  n: z.literal(1).nullish(),
  user: z.string().max(1000).nullish(),
  metadata: json.nullish(),
  store: z.boolean().nullish(),
}

export const chatBody = z.strictObject({
  ...ours,
  ...sampling,
  max_completion_tokens: z.number().int().min(1).max(1_000_000).nullish(),
  messages: z
    .array(z.looseObject({ role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']) }))
    .min(1)
    .max(5000),
  tools: z.array(json).max(256).nullish(),
  tool_choice: z.union([z.string().max(100), json]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: json.nullish(),
  reasoning_effort: z.string().max(20).nullish(),
})

export const completionBody = z.strictObject({
  ...ours,
  ...sampling,
  prompt: text,
  suffix: text.nullish(),
  echo: z.literal(false).nullish(),
  best_of: z.literal(1).nullish(),
})

const declaration = z.looseObject({ filepath: z.string().max(4096), body: text })

/** Tabby's body; its client sends more fields with each version, which are let be. */
export const tabbyBody = z.object({
  language: z.string().max(100).nullish(),
  segments: z.object({
    prefix: text,
    suffix: text.nullish(),
    filepath: z.string().max(4096).nullish(),
    declarations: z.array(declaration).max(100).nullish(),
    relevant_snippets_from_changed_files: z.array(declaration).max(100).nullish(),
    relevant_snippets_from_recently_opened_files: z.array(declaration).max(100).nullish(),
  }),
  temperature: number(0, 2),
  seed: z.number().int().nullish(),
})

export const eventBody = z.object({
  type: z.enum(['view', 'select', 'dismiss']),
  completion_id: z
    .string()
    .max(64)
    .regex(/^[^\p{Cc}]*$/u),
  choice_index: z.number().int().optional(),
  elapsed: z.number().int().min(0).max(86_400_000).nullish(),
})

const PASSED_ON = new Set([
  ...Object.keys(sampling),
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
])

/** The fields that go to the upstream as they are. */
export const passedOn = (body: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).filter(([name, value]) => PASSED_ON.has(name) && value !== null && value !== undefined),
  )
