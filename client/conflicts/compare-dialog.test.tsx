import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { dismissToast, toastStore } from '../ui/toast.ts'
import { compare } from './compare.ts'
import { CompareDialog } from './compare-dialog.tsx'
import { createConflicts, type PlacedConflict } from './conflicts.ts'

const server = vi.hoisted(() => ({ resolve: vi.fn(), undo: vi.fn(), list: vi.fn() }))
vi.mock('../platform/api.ts', () => ({
  api: {
    files: {
      resolveConflict: { mutate: server.resolve },
      undoConflict: { mutate: server.undo },
      conflicts: { query: server.list },
    },
  },
}))
vi.mock('../diff/diff-view.tsx', () => ({ DiffView: () => null }))

const info = {
  id: 'one',
  documentId: 'document',
  path: 'src/a.ts',
  start: '',
  end: '',
  base: 'x = 2\n',
  document: 'x = 3\n',
  disk: 'x = 4\n',
  merged: 'x = 34\n',
  now: 'x = 34\n',
  line: 2,
}
const placedAt = (now: string): PlacedConflict => ({ info, from: 6, to: 6 + now.length, line: 2, now })

async function show(mayChoose = true) {
  const conflicts = createConflicts('workspace')
  conflicts.store.setState({ mayRead: true, mayChoose })
  const undos: (() => void)[] = []
  conflicts.addEditor({
    documentId: 'document',
    goTo: () => undefined,
    noteOutside: (undo) => {
      undos.push(undo)
      return () => void undos.splice(undos.indexOf(undo), 1)
    },
  })
  conflicts.place('document', [placedAt(info.merged)])
  compare(conflicts, 'document')
  await act(async () => render(<CompareDialog conflicts={conflicts} />))
  return { conflicts, undos }
}
const result = () => screen.getByRole<HTMLTextAreaElement>('textbox')
const pick = (name: string) => act(async () => screen.getByRole('radio', { name }).click())
const submit = () => act(async () => screen.getByRole('button', { name: 'Use this text' }).click())
const said = () => toastStore.read().map(({ text }) => text)

beforeEach(async () => {
  await setLocale('en')
  for (const { id } of toastStore.read()) dismissToast(id)
  for (const one of Object.values(server)) one.mockReset()
  server.list.mockResolvedValue([])
})
afterEach(cleanup)

describe('choosing between what was written here and on disk', () => {
  it('offers ours, the disk’s, both, and what stands there', async () => {
    await show()
    expect(result().value).toBe('x = 3\n')
    await pick('The text written on disk')
    expect(result().value).toBe('x = 4\n')
    await pick('Both, one under the other')
    expect(result().value).toBe('x = 3\nx = 4\n')
    await pick('As it stands now')
    expect(result().value).toBe('x = 34\n')
  })

  it('puts the chosen text in the place of what was seen, and one Ctrl-Z takes it back', async () => {
    const { conflicts, undos } = await show()
    server.resolve.mockResolvedValue({ status: 'done' })
    await pick('The text written on disk')
    await submit()
    expect(server.resolve).toHaveBeenCalledWith({
      workspaceId: 'workspace',
      conflictId: 'one',
      current: 'x = 34\n',
      text: 'x = 4\n',
    })
    expect(conflicts.store.getState().open).toBeNull()
    expect(said()).toEqual(['Chosen for line 2 of a.ts.'])
    server.undo.mockResolvedValue({ status: 'done' })
    await act(async () => undos[0]?.())
    expect(server.undo).toHaveBeenCalledWith({ workspaceId: 'workspace', conflictId: 'one' })
    expect(undos).toEqual([])
  })

  it('takes along what others type there meanwhile, and keeps what was written by hand', async () => {
    const { conflicts } = await show()
    await act(async () => conflicts.place('document', [placedAt('x = 34 // why\n')]))
    expect(result().value).toBe('x = 3 // why\n')
    await act(async () => fireEvent.change(result(), { target: { value: 'x = 7\n' } }))
    await act(async () => conflicts.place('document', [placedAt('x = 34 // why not\n')]))
    expect(result().value).toBe('x = 7\n')
    expect(screen.getByText(/Somebody has typed there since/)).toBeTruthy()
    expect(screen.getByText('x = 34 // why not')).toBeTruthy()
  })

  it('stays open where the server saw another text, and leaves where somebody else has chosen', async () => {
    const { conflicts } = await show()
    server.resolve.mockResolvedValue({ status: 'changed', current: 'x = 345\n' })
    await submit()
    expect(conflicts.store.getState().open).not.toBeNull()
    expect(said()).toEqual([
      'Somebody changed this place meanwhile. Nothing was replaced; here is what stands there now.',
    ])
    await act(async () => conflicts.place('document', []))
    expect(conflicts.store.getState().open).toBeNull()
    expect(said()).toContain('Somebody has already chosen here.')
  })

  it('tells a viewer why there is nothing to choose', async () => {
    await show(false)
    expect(screen.getByText(/takes the role Editor/)).toBeTruthy()
    expect(screen.queryByRole('radio')).toBeNull()
    expect(screen.queryByRole('button', { name: 'Use this text' })).toBeNull()
    expect(result().readOnly).toBe(true)
    expect(result().value).toBe('x = 34\n')
  })
})
