import { newId } from '#server/platform/tokens.ts'
import type { ChatMessageId, ChatSessionId } from '#shared/ids.ts'
import { until } from '../support/until.ts'
import { aiOffice, endOf, modelOf, question } from './ai-office.ts'
import { alike, type HostileCase } from './hostile-case.ts'
import { codeOf, describeAnswer } from './refusal.ts'

/** The one character that the database takes in no text, wherever somebody or a model may put it. */
export const ZERO_CASES: readonly HostileCase[] = [
  {
    name: 'U+0000 in what a model says, and in the name and arguments of a tool it calls',
    expected: '200, [DONE], done, as it was said, nothing left over',
    async run(premises) {
      const office = await aiOffice(premises)
      const toolCall = { name: 'read\0file', arguments: '{"path":"\\u0000"}' }
      office.behave({ pieces: ['so ', 'a\0b', '\0'], toolCall })
      const answer = await office.ask(question(modelOf('zero')))
      // A caller of the gateway is no page and no database: it gets what the model said.
      const said = readDeltas(answer.text)
      const isSame =
        said.text === 'so a\0b\0' && JSON.stringify(said.tools) === JSON.stringify([toolCall])
          ? 'as it was said'
          : 'changed'
      return [answer.status, endOf(answer), await office.settled(), isSame, await office.leftOver()].join(', ')
    },
  },
  {
    name: 'U+0000 in a prompt, a tool and its result, the name of a person, metadata, and what to stop at',
    expected: '200, [DONE], done, as it was asked, nothing left over',
    async run(premises) {
      const office = await aiOffice(premises)
      office.behave({})
      const messages = [
        { role: 'user', name: 'Ada\0', content: 'what is a\0b?' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'c\0', type: 'function', function: { name: 'f\0', arguments: '\0' } }],
        },
        { role: 'tool', tool_call_id: 'c\0', content: '\0' },
      ]
      const tools = [{ type: 'function', function: { name: 'f\0', description: '\0', parameters: {} } }]
      const more = { tools, tool_choice: 'a\0', user: 'u\0', metadata: { 'k\0': '\0' }, stop: ['\0'] }
      const answer = await office.ask({ ...question(modelOf('zero')), messages, ...more })
      const isSame = JSON.stringify(office.stub.seen.at(-1)?.body['messages']) === JSON.stringify(messages)
      const asked = isSame ? 'as it was asked' : 'changed'
      return [answer.status, endOf(answer), await office.settled(), asked, await office.leftOver()].join(', ')
    },
  },
  {
    name: 'U+0000 in the name of a model, of a key, in an event, and in the title of a chat',
    expected: '404 model_not_found, 400 bad_request',
    async run(premises) {
      const office = await aiOffice(premises)
      const { editor, workspaceId } = premises
      const trpc = (path: string, input: unknown) =>
        editor.send(`/trpc/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(input),
        })
      const answers = [
        await office.ask(question('model\0none')),
        await trpc('ai.keys.create', { name: 'a\0b', scopes: ['chat'] }),
        await office.tell({ type: 'view', completion_id: 'cmpl\0' }),
        await trpc('chat.create', { workspaceId, title: 'a\0b', isShared: true }),
      ]
      return alike(answers.map((answer) => `${describeAnswer(answer)} ${codeOf(answer)}`))
    },
  },
  {
    name: 'U+0000 in a question of a chat, in its model, and in what the model answers there',
    expected: 'refused, refused, done: so a\ufffdb, nothing left over',
    async run(premises) {
      const office = await aiOffice(premises)
      const { workspaceId, editor } = premises
      const { chat } = editor.api
      const chatId = (await chat.create.mutate({ workspaceId, title: 'Zero', isShared: true })).id as ChatSessionId
      const ask = (text: string, model: string) =>
        chat.ask.mutate({
          workspaceId,
          chatId,
          messageId: newId<ChatMessageId>(),
          place: { type: 'after', messageId: null },
          text,
          attachments: [],
          model,
        })
      const refusal = (error: unknown) => (/not understood/.test(String(error)) ? 'refused' : String(error))
      const refused = [
        await ask('what is \0?', modelOf('zero')).then(() => 'taken', refusal),
        await ask('what is it?', 'model\0none').then(() => 'taken', refusal),
      ]
      office.behave({ pieces: ['so ', 'a\0b'] })
      await ask('say nothing', modelOf('zero'))
      const state = await until('the run is over', async () => {
        const now = await chat.read.query({ workspaceId, chatId })
        return now.runs.some(({ status }) => status === 'running' || status === 'queued') ? null : now
      })
      const answer = state.messages.find(({ kind }) => kind === 'answer')?.text
      return [...refused, `${state.runs[0]?.status}: ${answer}`, await office.leftOver()].join(', ')
    },
  },
]

/** What a stream said in all: its text, and the tools it called. */
function readDeltas(stream: string): { text: string; tools: unknown[] } {
  interface Chunk {
    readonly choices?: readonly { readonly delta?: { content?: string; tool_calls?: { function: unknown }[] } }[]
  }
  const deltas = stream
    .split('\n\n')
    .flatMap((event) => (event.startsWith('data: {') ? [JSON.parse(event.slice('data: '.length)) as Chunk] : []))
    .flatMap(({ choices = [] }) => choices.map(({ delta }) => delta ?? {}))
  return {
    text: deltas.map(({ content = '' }) => content).join(''),
    tools: deltas.flatMap(({ tool_calls = [] }) => tool_calls.map((call) => call.function)),
  }
}
