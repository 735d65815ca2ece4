import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import { setLocale } from '../platform/i18n.ts'
import { queryClient } from '../platform/query-client.ts'
import { SuggestionsPanel } from './panel.tsx'
import { jun, makeHunk, makeSuggestion, mina } from './suggestion.fixture.ts'
import { createSuggestions } from './suggestions.ts'
import { summarise } from './summary.ts'

const server = vi.hoisted(() => ({ list: vi.fn(), read: vi.fn(), accept: vi.fn(), stopAsk: vi.fn() }))
vi.mock('../platform/api.ts', () => ({
  api: {
    suggestions: {
      list: { query: server.list },
      read: { query: server.read },
      accept: { mutate: server.accept },
      stopAsk: { mutate: server.stopAsk },
    },
  },
}))

const ofAi = makeSuggestion({
  id: 'of-ai',
  hunks: [makeHunk({ baseText: 'two\n', newText: '2\n' }), makeHunk({ position: 1, fromLine: null, isConflict: true })],
})
const ofJun = makeSuggestion({
  id: 'of-jun',
  source: 'person',
  requester: jun,
  path: 'README.md',
  title: 'A clearer word',
})
const onShow = vi.fn()

async function show(all: readonly SuggestionInfo[], role = 'editor', asks: readonly object[] = []) {
  server.list.mockResolvedValue({ suggestions: all.map(summarise), asks })
  server.read.mockImplementation(({ suggestionId }: { suggestionId: string }) =>
    Promise.resolve(all.find((one) => one.id === suggestionId)),
  )
  const suggestions = createSuggestions('workspace')
  suggestions.setPerson('me', role)
  await act(async () =>
    render(
      <QueryClientProvider client={queryClient}>
        <SuggestionsPanel suggestions={suggestions} onShow={onShow} />
      </QueryClientProvider>,
    ),
  )
  return suggestions
}
beforeEach(async () => {
  await setLocale('en')
  queryClient.clear()
})
afterEach(() => {
  cleanup()
  for (const one of [...Object.values(server), onShow]) one.mockReset()
})

describe('the list of suggestions', () => {
  it('shows each hunk as text with whose it is, and takes the decision without an editor', async () => {
    await show([ofAi, ofJun])
    const first = await screen.findByRole('article', { name: 'Suggested change 1 of 2, AI, asked by Mina' })
    expect(first.textContent).toContain('removed: two')
    expect(first.textContent).toContain('added: 2')
    const decided = { ...ofAi, hunks: [{ ...ofAi.hunks[0], status: 'accepted', decidedBy: mina }, ofAi.hunks[1]] }
    server.accept.mockResolvedValue({ status: 'done', changed: [0], suggestion: decided })
    await act(async () => within(first).getByRole('button', { name: 'Accept' }).click())
    expect(server.accept).toHaveBeenCalledWith({ workspaceId: 'workspace', suggestionId: 'of-ai', positions: [0] })
    expect(await within(first).findByText('Accepted by Mina')).toBeTruthy()
    expect(within(first).getByRole('button', { name: 'Undo' })).toBeTruthy()
  })

  it('opens the file at the hunk, and says where a place is gone', async () => {
    await show([ofAi])
    await act(async () => (await screen.findByRole('button', { name: 'Line 2' })).click())
    expect(onShow).toHaveBeenCalledWith(expect.objectContaining({ id: 'of-ai' }), 0, 2)
    expect(await screen.findByText('Its place is gone')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Compare' })).toBeTruthy()
  })

  it('can be narrowed to a file or an author', async () => {
    await show([ofAi, ofJun])
    expect(await screen.findAllByRole('listitem')).toHaveLength(2)
    fireEvent.change(screen.getByLabelText('Author'), { target: { value: 'Jun' } })
    expect(screen.getAllByRole('listitem')).toHaveLength(1)
    fireEvent.change(screen.getByLabelText('File'), { target: { value: 'src/count.ts' } })
    expect(screen.queryAllByRole('listitem')).toHaveLength(0)
    expect(screen.getByText('No suggestion fits this choice.')).toBeTruthy()
  })

  it('says what to do where there is none, and what guests may not', async () => {
    await show([])
    expect(await screen.findByText(/No open suggestions. Select lines in a file, then ask AI/)).toBeTruthy()
    cleanup()
    queryClient.clear()
    await show([ofAi], 'link')
    expect(screen.getByText('Suggestions are for members of the workspace.')).toBeTruthy()
    expect(screen.queryByRole('listitem')).toBeNull()
  })

  it('shows who has AI at work, and lets whoever may ask stop it', async () => {
    const ask = { askId: 'ask', documentId: 'document', requester: jun, range: null }
    await show([], 'editor', [ask])
    expect(await screen.findByText('AI is writing for Jun')).toBeTruthy()
    await act(async () => screen.getByRole('button', { name: 'Stop' }).click())
    expect(server.stopAsk).toHaveBeenCalledWith({ workspaceId: 'workspace', askId: 'ask' })
    cleanup()
    queryClient.clear()
    await show([], 'viewer', [ask])
    await screen.findByText('AI is writing for Jun')
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull()
  })

  it('offers another try where it could not be loaded', async () => {
    server.list.mockRejectedValueOnce({ data: { appCode: 'internal' } })
    const suggestions = createSuggestions('workspace')
    suggestions.setPerson('me', 'editor')
    await act(async () =>
      render(
        <QueryClientProvider client={queryClient}>
          <SuggestionsPanel suggestions={suggestions} onShow={onShow} />
        </QueryClientProvider>,
      ),
    )
    server.list.mockResolvedValue({ suggestions: [summarise(ofJun)], asks: [] })
    server.read.mockResolvedValue(ofJun)
    await act(async () => (await screen.findByRole('button', { name: 'Try again' })).click())
    expect((await screen.findByRole('listitem')).textContent).toContain('A clearer word')
  })
})
