import { beforeEach, expect, it, vi } from 'vitest'
import type { TreeAnswer } from '#shared/api/files.ts'
import type { WorkspaceInfo } from '#shared/api/workspaces.ts'
import { ApiError } from '../platform/api-error.ts'
import { followWorkspace } from './live-workspace.ts'
import { createWorkbenchStore } from './state.ts'
import { startTree } from './tree.ts'

type Handler = (event: unknown) => void
const page = vi.hoisted(() => ({
  handlers: new Map<string, (event: unknown) => void>(),
  info: vi.fn<() => Promise<unknown>>(),
  tree: vi.fn<() => Promise<unknown>>(),
}))
vi.mock('../platform/socket.ts', () => ({
  getSocket: () => ({
    connected: true,
    on: (event: string, handler: Handler) => page.handlers.set(event, handler),
    off: (event: string) => page.handlers.delete(event),
  }),
  emitForResult: () => Promise.resolve({}),
  enterWorkspace: () => Promise.resolve({ people: [{ id: 'ada' }] }),
  leaveWorkspace: () => undefined,
}))
vi.mock('../platform/api.ts', () => ({ api: { workspaces: { get: { query: page.info } } } }))
vi.mock('./files-api.ts', () => ({ fetchTree: page.tree, filesApi: {} }))

const INFO = { name: 'Ledger', role: 'owner', agent: 'running' } as WorkspaceInfo
const TREE = { revision: 1, entries: [], agent: 'running', hold: null } as unknown as TreeAnswer
const tell = (event: string, facts: object = {}) => page.handlers.get(event)?.({ workspaceId: 'w', ...facts })
const settled = () => new Promise((resolve) => setTimeout(resolve))

async function follow({ isGuest = false } = {}) {
  const store = createWorkbenchStore(true)
  const notices = { onRole: vi.fn(), onRename: vi.fn(), onReturn: vi.fn() }
  const files = { onDisk: vi.fn(), rename: vi.fn() }
  const live = followWorkspace({ store, workspaceId: 'w', files, isGuest }, notices)
  await settled()
  return { store, notices, live }
}

beforeEach(() => {
  page.info.mockReset().mockResolvedValue(INFO)
  page.tree.mockReset().mockResolvedValue(TREE)
})

it.each([
  ['workspace.gone', {}, 'gone'],
  ['role.changed', { role: null }, 'revoked'],
])('takes away all that works no more at %s', async (event, facts, end) => {
  const { store } = await follow()
  expect(store.getState()).toMatchObject({ end: null, role: 'owner', people: [{ id: 'ada' }] })
  store.setState({ isShareOpen: true, overlay: 'quick-open' })
  tell(event, facts)
  expect(store.getState()).toMatchObject({ end, role: null, people: [], isShareOpen: false, overlay: null })
})

it('leaves the copies of unsaved edits open, where somebody is looking at them', async () => {
  const { store } = await follow()
  store.setState({ overlay: 'recovered' })
  tell('workspace.gone')
  expect(store.getState()).toMatchObject({ end: 'gone', overlay: 'recovered' })
})

it('shows no tree that was asked for before access ended and came after', async () => {
  const { store, live } = await follow()
  let answer: (tree: TreeAnswer) => void = () => undefined
  page.tree.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
  const loading = live.reloadTree()
  tell('role.changed', { role: null })
  answer({ ...TREE, entries: [{ path: 'secret.txt', kind: 'file' }] } as unknown as TreeAnswer)
  await loading
  expect(store.getState().tree).toEqual({ status: 'ready', tree: startTree(0, []) })
})

it.each([
  ['a person', false, 'not_found', 'revoked'],
  ['a guest', true, 'unauthenticated', 'revoked'],
  ['a person whose session ended', false, 'unauthenticated', null],
  ['somebody whom nobody answers', true, 'unavailable', null],
] as const)('notices on connecting again what ended meanwhile, for %s', async (_, isGuest, code, end) => {
  const { store } = await follow({ isGuest })
  page.info.mockRejectedValue(new ApiError(code))
  tell('connect')
  await settled()
  expect(store.getState().end).toBe(end)
  expect(store.getState().role).toBe(end === null ? 'owner' : null)
})

it('says that access came back, and lets the page be loaded anew rather than half alive', async () => {
  const { store, notices } = await follow()
  tell('role.changed', { role: null })
  tell('role.changed', { role: 'editor' })
  expect(notices.onReturn).toHaveBeenCalledOnce()
  expect(notices.onRole).not.toHaveBeenCalled()
  tell('connect')
  await settled()
  expect(store.getState()).toMatchObject({ end: 'revoked', role: null })
})
