import { type Attachment, type ChatMessageInfo, isKeptFromAi } from '#shared/api/chat.ts'
import type { ChatTurn } from '../gateway/types.ts'

const RULES =
  'You help a team of programmers who all read this conversation inside their editor. Questions begin with the name ' +
  'of who asks. Answer in the language of the question, in Markdown, briefly; put code into fenced blocks with their language.'

/** About four characters make a token; a guess on the small side costs a refusal by the model and no more. */
const CHARS_PER_TOKEN = 3

interface ContextLimits {
  readonly contextTokens: number
  /** only where everyone who reads the answer may see terminals */
  readonly withTerminals: boolean
}

/**
 * What a run sends: the branch from its beginning to the question. Messages to people stay between people. Where it is
 * too long for the model, the oldest turns are left out first.
 */
export function buildTurns(
  messages: readonly ChatMessageInfo[],
  questionId: string,
  { contextTokens, withTerminals }: ContextLimits,
): readonly ChatTurn[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const turns: ChatTurn[] = []
  let room = contextTokens * CHARS_PER_TOKEN - RULES.length
  const seen = new Set<string>()
  for (let at: string | null = questionId; at !== null && !seen.has(at);) {
    seen.add(at)
    const message = byId.get(at)
    if (!message) break
    const turn = turnOf(message, withTerminals)
    if (turn !== null) {
      room -= turn.content.length
      if (room < 0 && turns.length > 0) break
      turns.unshift(turn)
    }
    at = message.parentId
  }
  return [{ role: 'system', content: RULES }, ...turns]
}

function turnOf(message: ChatMessageInfo, withTerminals: boolean): ChatTurn | null {
  switch (message.kind) {
    case 'people':
      return null
    case 'answer':
      return message.text === '' ? null : { role: 'assistant', content: message.text }
    case 'ask': {
      const name = message.author?.name ?? 'Someone'
      return {
        role: 'user',
        content: [...message.attachments.map((one) => render(one, withTerminals)), `${name}: ${message.text}`].join(
          '\n\n',
        ),
      }
    }
  }
}

/** The fence is longer than any in the text, so that the text cannot end it. */
function render(attachment: Attachment, withTerminals: boolean): string {
  const { kind, name, fromLine, toLine, text } = attachment
  if (kind === 'terminal' && !withTerminals)
    return `Terminal ${name}: not shown to you, since not everyone here may see it.`
  if (isKeptFromAi(attachment)) return `File ${name}: not shown to you, since it may hold secrets.`
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  const lines = fromLine === undefined ? '' : `, lines ${fromLine}–${toLine ?? fromLine}`
  return `${kind === 'terminal' ? 'Terminal' : 'File'} ${name}${lines}:\n${fence}\n${text}\n${fence}`
}
