import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { queryClient } from '../platform/query-client.ts'
import { beginApply } from './apply.ts'
import { ApplyDialog } from './apply-dialog.tsx'
import { makeSuggestion } from './suggestion.fixture.ts'
import { createSuggestions } from './suggestions.ts'

const server = vi.hoisted(() => ({ applyCode: vi.fn() }))
vi.mock('../platform/api.ts', () => ({ api: { suggestions: { applyCode: { mutate: server.applyCode } } } }))

const request = { chatId: 'chat', messageId: 'message', code: 'export {}\n', likely: ['src/main.ts'] }
const onSuggested = vi.fn()
const made = makeSuggestion()

async function show() {
  const suggestions = createSuggestions('workspace')
  await act(async () =>
    render(
      <QueryClientProvider client={queryClient}>
        <ApplyDialog suggestions={suggestions} path={null} onOpenFile={null} onSuggested={onSuggested} />
      </QueryClientProvider>,
    ),
  )
  return suggestions
}
const submit = () => act(async () => screen.getByRole('button', { name: 'Suggest' }).click())

beforeEach(async () => {
  await setLocale('en')
  queryClient.clear()
  const entries = ['src/main.ts', 'src/other.ts', 'README.md'].map((path) => ({ path, kind: 'file' }))
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ entries })))
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  server.applyCode.mockReset()
  onSuggested.mockReset()
})

describe('applying code of a chat', () => {
  it('asks nobody where the file is clear', async () => {
    const suggestions = await show()
    server.applyCode.mockResolvedValue({ status: 'suggested', suggestion: made })
    await act(() => beginApply(suggestions, request, true, onSuggested))
    expect(server.applyCode).toHaveBeenCalledWith(
      expect.objectContaining({ path: 'src/main.ts', place: { type: 'auto' }, code: 'export {}\n' }),
    )
    expect(onSuggested).toHaveBeenCalledWith(made)
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('asks for the file where it is not, found by a few letters', async () => {
    const suggestions = await show()
    await act(() => beginApply(suggestions, request, false, onSuggested))
    expect(server.applyCode).not.toHaveBeenCalled()
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'src/main.ts' }).checked).toBe(true)
    const field = screen.getByRole('textbox', { name: 'Path of a file' })
    await act(async () => fireEvent.change(field, { target: { value: 'READ' } }))
    expect((await screen.findByRole<HTMLInputElement>('radio', { name: 'README.md' })).checked).toBe(true)
    await act(async () => fireEvent.change(field, { target: { value: 'nowhere' } }))
    expect(screen.getByText('No file of the workspace matches.')).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Suggest' }).disabled).toBe(true)
    await act(async () => fireEvent.change(field, { target: { value: 'other' } }))
    server.applyCode.mockResolvedValue({ status: 'suggested', suggestion: made })
    await submit()
    expect(server.applyCode).toHaveBeenCalledWith(expect.objectContaining({ path: 'src/other.ts' }))
    expect(onSuggested).toHaveBeenCalledWith(made)
  })

  it('asks for a place where nothing resembles the code', async () => {
    const suggestions = await show()
    server.applyCode.mockResolvedValueOnce({ status: 'place_needed' })
    await act(() => beginApply(suggestions, request, true, onSuggested))
    expect(screen.getByText('Nothing in this file resembles the code.')).toBeTruthy()
    server.applyCode.mockResolvedValueOnce({ status: 'suggested', suggestion: made })
    await act(async () => screen.getByRole('button', { name: 'In the place of the whole file' }).click())
    expect(server.applyCode).toHaveBeenLastCalledWith(expect.objectContaining({ place: { type: 'whole' } }))
    expect(onSuggested).toHaveBeenCalledWith(made)
  })

  it('says that the file has it already, and what went wrong, and stays for another try', async () => {
    const suggestions = await show()
    await act(() => beginApply(suggestions, request, false, onSuggested))
    server.applyCode.mockResolvedValueOnce({ status: 'unchanged' })
    await submit()
    expect(screen.getByText('main.ts holds this code already.')).toBeTruthy()
    server.applyCode.mockRejectedValueOnce({ data: { appCode: 'unavailable' } })
    await submit()
    expect(screen.getByText(/The server cannot do this right now/)).toBeTruthy()
    expect(onSuggested).not.toHaveBeenCalled()
  })
})
