import type { Template } from '#shared/api/ai.ts'
import type { Segments } from './types.ts'

/** Prefix, suffix and where the model goes on, in the tokens each family of models was trained with. */
const RENDER: Record<Exclude<Template, 'suffix'>, (prefix: string, suffix: string) => string> = {
  qwen: (p, s) => `<|fim_prefix|>${p}<|fim_suffix|>${s}<|fim_middle|>`,
  starcoder: (p, s) => `<fim_prefix>${p}<fim_suffix>${s}<fim_middle>`,
  deepseek: (p, s) => `<｜fim▁begin｜>${p}<｜fim▁hole｜>${s}<｜fim▁end｜>`,
  codellama: (p, s) => `<PRE> ${p} <SUF>${s} <MID>`,
  codestral: (p, s) => `[SUFFIX]${s}[PREFIX]${p}`,
}

/** All tokens that steer a model of these families. In a person's text they could end the prompt and begin another. */
export const TEMPLATE_TOKENS =
  /<\|(?:fim_prefix|fim_suffix|fim_middle|fim_pad|endoftext|repo_name|file_sep|im_start|im_end)\|>|<(?:fim_prefix|fim_suffix|fim_middle|fim_pad|file_sep|repo_name)>|<｜(?:fim▁begin|fim▁hole|fim▁end|begin▁of▁sentence|end▁of▁sentence)｜>|<(?:PRE|SUF|MID|EOT)>|\[(?:SUFFIX|PREFIX|MIDDLE)\]/g

/** Removes template tokens, also those that only appear once others are gone. */
export function stripTokens(text: string): string {
  for (let now = text; ;) {
    const next = now.replaceAll(TEMPLATE_TOKENS, '')
    if (next === now) return now
    now = next
  }
}

/** What a provider of OpenAI's kind is sent: one prompt, or prompt and suffix where it renders them itself. */
export function renderFillIn(template: Template | null, segments: Segments): { prompt: string; suffix?: string } {
  const prefix = snippetsOf(segments) + stripTokens(segments.prefix)
  const suffix = stripTokens(segments.suffix ?? '')
  if (template === null) return { prompt: prefix }
  if (template === 'suffix') return suffix === '' ? { prompt: prefix } : { prompt: prefix, suffix }
  return { prompt: RENDER[template](prefix, suffix) }
}

/** Other files' code as comments before the prefix: the form that Tabby uses too. */
function snippetsOf({ snippets = [], filepath }: Segments): string {
  if (snippets.length === 0) return ''
  const lines = snippets.flatMap((s) => [`Path: ${s.filepath}`, ...s.body.split('\n')])
  if (filepath !== undefined) lines.push(`Path: ${filepath}`)
  return `${stripTokens(lines.map((line) => `// ${line}`).join('\n'))}\n`
}
