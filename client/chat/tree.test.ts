import { describe, expect, it } from 'vitest'
import type { ChatMessageInfo, RunInfo } from '#shared/api/chat.ts'
import { endOf, shownBranch } from './tree.ts'

const message = (id: string, parentId: string | null, kind: ChatMessageInfo['kind'], second: number) =>
  ({
    id,
    parentId,
    author: null,
    kind,
    text: id,
    attachments: [],
    createdAt: new Date(second * 1000).toISOString(),
    runId: null,
  }) satisfies ChatMessageInfo
const run = (messageId: string, answerId: string, status: RunInfo['status'], second: number): RunInfo => ({
  id: `run of ${answerId}`,
  messageId,
  answerId,
  requester: null,
  model: 'm',
  status,
  error: null,
  stoppedBy: null,
  createdAt: new Date(second * 1000).toISOString(),
})
const idsOf = (...args: Parameters<typeof shownBranch>) => shownBranch(...args).map(({ message }) => message.id)

describe('the branch that is shown', () => {
  const messages = [
    message('q', null, 'ask', 1),
    message('a1', 'q', 'answer', 2),
    message('p', 'a1', 'people', 3),
    message('a2', 'q', 'answer', 4),
    message('q2', null, 'ask', 5),
  ]

  it('is the newest, until somebody chooses another', () => {
    expect(idsOf({ messages, runs: [] }, {})).toEqual(['q2'])
    expect(idsOf({ messages, runs: [] }, { '': 'q' })).toEqual(['q', 'a2'])
    expect(idsOf({ messages, runs: [] }, { '': 'q', q: 'a1' })).toEqual(['q', 'a1', 'p'])
    const [first] = shownBranch({ messages, runs: [] }, { '': 'q' })
    expect(first).toMatchObject({ versions: ['q', 'q2'], at: 0 })
  })

  it('has a place for an answer under way, after which people go on', () => {
    const runs = [run('q', 'a', 'running', 2)]
    const state = { messages: [message('q', null, 'ask', 1), message('p', 'a', 'people', 3)], runs }
    expect(idsOf(state, {})).toEqual(['q', 'a', 'p'])
    expect(endOf(state, {})).toBe('p')
  })

  it('shows a question that waits without its answer, and a second answer that waits as such', () => {
    const waiting = { messages: [message('q', null, 'ask', 1)], runs: [run('q', 'a', 'queued', 1)] }
    expect(shownBranch(waiting, {})).toMatchObject([{ message: { id: 'q' }, run: { status: 'queued' } }])
    const again = {
      messages: [message('q', null, 'ask', 1), message('a1', 'q', 'answer', 2)],
      runs: [run('q', 'a1', 'done', 2), run('q', 'a2', 'queued', 3)],
    }
    expect(shownBranch(again, {})).toMatchObject([{ run: null }, { message: { id: 'a2' }, run: { status: 'queued' } }])
  })

  it('ends where messages name each other as parents', () => {
    const messages = [message('x', null, 'people', 1), message('y', 'x', 'people', 2), message('x', 'y', 'people', 3)]
    expect(idsOf({ messages, runs: [] }, {}).length).toBeLessThan(5)
  })
})
