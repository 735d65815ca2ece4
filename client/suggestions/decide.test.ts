import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DecideResult } from '#shared/api/suggestions.ts'
import { setLocale } from '../platform/i18n.ts'
import { dismissToast, toastStore } from '../ui/toast.ts'
import { acceptHunks, rejectHunks, undoHunks } from './decide.ts'
import type { EditorPort } from './editor-port.ts'
import { jun, makeHunk, makeSuggestion } from './suggestion.fixture.ts'
import { createSuggestions } from './suggestions.ts'

const server = vi.hoisted(() => ({ accept: vi.fn(), reject: vi.fn(), undo: vi.fn() }))
vi.mock('../platform/api.ts', () => ({
  api: {
    suggestions: {
      accept: { mutate: server.accept },
      reject: { mutate: server.reject },
      undo: { mutate: server.undo },
    },
  },
}))

const hunks = [makeHunk(), makeHunk({ position: 1 })]
const open = makeSuggestion({ hunks })
const decided = (status: 'accepted' | 'rejected' | 'undone', by = { id: 'me', name: 'Me', color: 1 }) =>
  makeSuggestion({ hunks: [{ ...makeHunk(), status, decidedBy: by }, makeHunk({ position: 1 })] })
const done = (suggestion = decided('accepted'), changed = [0]): DecideResult => ({
  status: 'done',
  changed,
  suggestion,
})
const said = () => toastStore.read().map((toast) => toast.text)

function make(role = 'editor') {
  const suggestions = createSuggestions('workspace')
  suggestions.setPerson('me', role)
  const undos: (() => void)[] = []
  const port = {
    documentId: open.documentId,
    path: () => open.path,
    noteOutside: (undo: () => void) => {
      undos.push(undo)
      return () => void undos.splice(undos.indexOf(undo), 1)
    },
  }
  suggestions.addEditor(port as unknown as EditorPort)
  return { suggestions, undos }
}

beforeEach(async () => {
  await setLocale('en')
  for (const { id } of toastStore.read()) dismissToast(id)
  for (const one of Object.values(server)) one.mockReset()
})

describe('deciding on hunks', () => {
  it('asks the server for exactly these, and offers Undo in a notice and by Ctrl-Z', async () => {
    const { suggestions, undos } = make()
    server.accept.mockResolvedValue(done())
    server.undo.mockResolvedValue(done(decided('undone')))
    await acceptHunks(suggestions, open, [0])
    expect(server.accept).toHaveBeenCalledWith({ workspaceId: 'workspace', suggestionId: 'suggestion', positions: [0] })
    expect(said()).toEqual(['Accepted 1 change in count.ts.'])
    expect(undos).toHaveLength(1)
    undos[0]?.()
    await vi.waitFor(() => expect(said()).toEqual(['Undid 1 accepted change in count.ts.']))
    expect(server.undo).toHaveBeenCalledWith({ workspaceId: 'workspace', suggestionId: 'suggestion', positions: [0] })
    expect(undos).toEqual([])
  })

  it('forgets what Ctrl-Z would do once somebody undid it another way', async () => {
    const { suggestions, undos } = make()
    server.accept.mockResolvedValue(done())
    await acceptHunks(suggestions, open, [0])
    suggestions.take(decided('undone', jun))
    expect(undos).toEqual([])
    expect(said()).toEqual([])
  })

  it('tells who was first, and leaves Ctrl-Z to them', async () => {
    const { suggestions, undos } = make()
    server.accept.mockResolvedValue(done(decided('accepted', jun), []))
    await acceptHunks(suggestions, open, [0])
    expect(said()).toEqual(['Jun accepted this first. It was applied once.'])
    expect(undos).toEqual([])
  })

  it('shows the three texts where the text has changed, and says nothing of success', async () => {
    const { suggestions, undos } = make()
    const conflict = { position: 0, base: 'two', current: 'zwei', proposed: '2' }
    server.accept.mockResolvedValue({ status: 'conflict', conflicts: [conflict], suggestion: open })
    await acceptHunks(suggestions, open, [0])
    expect(suggestions.store.getState().conflict).toEqual({ suggestion: open, conflict })
    expect([said(), undos]).toEqual([[], []])
  })

  it('sends nothing for those whose role does not allow it, and says why', async () => {
    const { suggestions } = make('viewer')
    await acceptHunks(suggestions, open, [0])
    await rejectHunks(suggestions, open, null)
    await undoHunks(suggestions, open, null)
    expect(Object.values(server).flatMap((one) => one.mock.calls)).toEqual([])
    expect(said()).toHaveLength(3)
    expect(said()[0]).toContain('takes the role Editor')
  })

  it('lets what was typed there reach the server before it judges', async () => {
    const { suggestions } = make()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const waitedFor: string[] = []
    suggestions.setWhenSaved((documentId) => {
      waitedFor.push(documentId)
      return promise
    })
    server.accept.mockResolvedValue(done())
    const accepting = acceptHunks(suggestions, open, [0])
    expect([waitedFor, suggestions.store.getState().busy.size]).toEqual([[open.documentId], 1])
    await Promise.resolve()
    expect(server.accept).not.toHaveBeenCalled()
    resolve(true)
    await accepting
    expect(server.accept).toHaveBeenCalledOnce()
  })

  it('asks for nothing while what was typed there cannot reach the server, and says so', async () => {
    const { suggestions } = make()
    suggestions.setWhenSaved(() => Promise.resolve(false))
    await acceptHunks(suggestions, open, [0])
    await undoHunks(suggestions, decided('accepted'), [0])
    expect([server.accept.mock.calls, server.undo.mock.calls]).toEqual([[], []])
    expect(said()[0]).toContain('What you typed in count.ts has not reached the server yet')
    // Rejecting writes nothing into the text.
    server.reject.mockResolvedValue(done(decided('rejected')))
    await rejectHunks(suggestions, open, [0])
    expect(server.reject).toHaveBeenCalledOnce()
  })

  it('sends one request however often it is pressed', async () => {
    const { suggestions } = make()
    const { promise, resolve } = Promise.withResolvers<DecideResult>()
    server.accept.mockReturnValue(promise)
    const first = acceptHunks(suggestions, open, [0])
    await acceptHunks(suggestions, open, [0])
    await rejectHunks(suggestions, open, [0])
    resolve(done())
    await first
    expect([server.accept.mock.calls.length, server.reject.mock.calls.length]).toEqual([1, 0])
    expect(suggestions.store.getState().busy.size).toBe(0)
  })

  it('says what went wrong, and lets it be tried again', async () => {
    const { suggestions } = make()
    server.accept.mockRejectedValueOnce({ data: { appCode: 'unavailable' } })
    await acceptHunks(suggestions, open, [0])
    expect(said()[0]).toContain('The server cannot do this right now.')
    server.accept.mockResolvedValue(done())
    await acceptHunks(suggestions, open, [0])
    expect(said()).toContain('Accepted 1 change in count.ts.')
  })
})
