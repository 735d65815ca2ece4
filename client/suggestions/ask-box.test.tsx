import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { queryClient } from '../platform/query-client.ts'
import { AskBox } from './ask-box.tsx'
import { makeSuggestion } from './suggestion.fixture.ts'
import { createSuggestions } from './suggestions.ts'

const server = vi.hoisted(() => ({ ask: vi.fn(), status: vi.fn() }))
const socket = vi.hoisted(() => ({ on: vi.fn(), off: vi.fn() }))
vi.mock('../platform/api.ts', () => ({
  api: { suggestions: { ask: { mutate: server.ask } }, ai: { status: { query: server.status } } },
}))
vi.mock('../platform/socket.ts', () => ({ getSocket: () => socket }))

const passage = {
  documentId: 'document',
  path: 'count.ts',
  range: { start: 'AA', end: 'AB' },
  text: 'two',
  fromLine: 2,
  toLine: 3,
}
const onClose = vi.fn()
const onSuggested = vi.fn()

async function show(role = 'editor', text = 'two'): Promise<HTMLTextAreaElement> {
  const suggestions = createSuggestions('workspace')
  suggestions.setPerson('me', role)
  await act(async () =>
    render(
      <QueryClientProvider client={queryClient}>
        <AskBox suggestions={suggestions} passage={{ ...passage, text }} onClose={onClose} onSuggested={onSuggested} />
      </QueryClientProvider>,
    ),
  )
  return screen.getByRole('textbox', { name: 'Ask AI to edit lines 2–3' })
}
const press = (field: HTMLElement, key: string, more: object = {}) =>
  act(async () => fireEvent.keyDown(field, { key, ...more }))

beforeEach(async () => {
  await setLocale('en')
  queryClient.clear()
  server.status.mockResolvedValue({ status: 'ready', chatModels: ['team-model'], completionModels: [] })
})
afterEach(() => {
  cleanup()
  for (const one of [server.ask, server.status, onClose, onSuggested]) one.mockReset()
})

describe('asking AI for an edit', () => {
  it('says who pays before anything is sent, and sends with Enter, once', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    server.ask.mockReturnValue(promise)
    const field = await show()
    expect(screen.getByText(/Charged to the workspace’s AI budget/)).toBeTruthy()
    fireEvent.change(field, { target: { value: '음악 바꿔줘' } })
    // The Enter that ends a syllable is the input method's.
    await press(field, 'Enter', { keyCode: 229 })
    expect(server.ask).not.toHaveBeenCalled()
    await press(field, 'Enter')
    await press(field, 'Enter')
    expect(server.ask).toHaveBeenCalledOnce()
    expect(server.ask.mock.calls[0]?.[0]).toMatchObject({ instruction: '음악 바꿔줘', range: passage.range })
    const suggestion = makeSuggestion()
    await act(async () => resolve({ status: 'suggested', suggestion }))
    expect(onSuggested).toHaveBeenCalledWith(expect.objectContaining({ suggestion }))
  })

  it('shows what AI writes, of this request alone', async () => {
    server.ask.mockReturnValue(new Promise(() => {}))
    const field = await show()
    fireEvent.change(field, { target: { value: 'Shorter' } })
    await press(field, 'Enter')
    const askId = (server.ask.mock.calls[0]?.[0] as { askId: string } | undefined)?.askId
    const hear = socket.on.mock.calls.findLast(([event]) => event === 'suggestion.text')?.[1] as (part: object) => void
    await act(async () => {
      hear({ askId, offset: 0, text: 'on' })
      hear({ askId: 'another', offset: 2, text: 'NOT MINE' })
      hear({ askId, offset: 9, text: 'TOO FAR' })
      hear({ askId, offset: 2, text: 'e\ntwo' })
    })
    expect(screen.getByLabelText('What AI has written so far').textContent).toBe('one\ntwo')
  })

  it('stops AI with the first Escape and keeps what was asked; the second closes', async () => {
    server.ask.mockImplementation(
      (_input: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    )
    const field = await show()
    fireEvent.change(field, { target: { value: 'Shorter' } })
    await press(field, 'Enter')
    await press(field, 'Escape')
    expect(onClose).not.toHaveBeenCalled()
    expect(field.value).toBe('Shorter')
    expect(screen.getAllByText('Cancelled. Nothing was changed.').length).toBeGreaterThan(0)
    await press(field, 'Escape')
    expect(onClose).toHaveBeenCalledOnce()
  })

  it.each([
    ['editor', 'x'.repeat(60_001), 'This is too long for one suggestion: 60,000 characters at most.', undefined],
    ['viewer', 'two', 'Asking AI takes the role Editor', undefined],
    ['editor', 'two', 'AI is not set up on this server', { status: 'not_configured' }],
  ])('sends nothing where it cannot lead anywhere, and says why (%s)', async (role, text, sentence, status) => {
    if (status !== undefined) server.status.mockResolvedValue(status)
    const field = await show(role, text)
    expect(await screen.findByText(sentence, { exact: false })).toBeTruthy()
    fireEvent.change(field, { target: { value: 'Shorter' } })
    await press(field, 'Enter')
    expect(server.ask).not.toHaveBeenCalled()
  })

  it('keeps what was asked where the budget is spent', async () => {
    server.ask.mockRejectedValue({ data: { appCode: 'ai_budget_exhausted' } })
    const field = await show()
    fireEvent.change(field, { target: { value: 'Shorter' } })
    await press(field, 'Enter')
    expect(screen.getAllByText(/The AI budget for this period is used up/).length).toBeGreaterThan(0)
    expect(field.value).toBe('Shorter')
  })
})
