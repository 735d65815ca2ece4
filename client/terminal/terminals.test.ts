import { beforeEach, expect, it, vi } from 'vitest'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { TerminalInfo } from '#shared/protocol/terminal.ts'
import { createTerminals, nextActive, type ShownTerminal } from './terminals.ts'

const server = vi.hoisted(() => ({
  handlers: new Map<string, (event: object) => void>(),
  answers: {} as Record<string, unknown>,
}))
vi.mock('../platform/socket.ts', () => ({
  getSocket: () => ({
    connected: true,
    on: (name: string, handler: (event: object) => void) => server.handlers.set(name, handler),
    off: () => {},
  }),
  enterWorkspace: () => Promise.resolve(),
  emitForResult: (name: string) => Promise.resolve(server.answers[name]),
}))

const terminal = (id: string): TerminalInfo => ({
  id: id as TerminalId,
  name: id,
  size: { cols: 80, rows: 24 },
  title: 'bash',
  root: '/w',
  folder: '',
  startedBy: 'mina',
  startedAt: 0,
  state: { status: 'running' },
  typing: [],
})
const [a, b, c] = [terminal('a'), terminal('b'), terminal('c')]

it('keeps the shown terminal while it is in the list', () => {
  expect(nextActive([a, b], [c, b], b.id)).toBe(b.id)
})

it('goes to the neighbour when the shown one was closed', () => {
  expect(nextActive([a, b, c], [a, c], b.id)).toBe(c.id)
  expect(nextActive([a, b], [a], b.id)).toBe(a.id)
})

it('shows the first where none was shown, and none where there is none', () => {
  expect(nextActive([], [a, b], null)).toBe(a.id)
  expect(nextActive([a], [], a.id)).toBeNull()
})

/** A page whose terminal comes and goes as the one that is chosen changes. */
async function openPage(list: readonly TerminalInfo[], focused: string[]) {
  server.answers['terminal.list'] = { terminals: list, isolation: 'none' }
  const terminals = createTerminals('w' as WorkspaceId)
  const draw = (): void => {
    const { active, isOpen } = terminals.store.getState()
    terminals.setShown(null)
    if (!isOpen || active === null) return
    const nothing = (): void => {}
    const of: ShownTerminal = {
      copy: nothing,
      paste: nothing,
      selectAll: nothing,
      find: nothing,
      focus: () => focused.push(active),
    }
    terminals.setShown(of)
  }
  terminals.watch()
  await vi.waitFor(() => expect(terminals.store.getState().list.status).toBe('ready'))
  const changed = (now: readonly TerminalInfo[]): void => {
    server.handlers.get('terminal.changed')?.({ workspaceId: 'w', terminals: now })
    draw()
  }
  return { terminals, draw, changed }
}

beforeEach(() => {
  localStorage.clear()
  localStorage.setItem('pairloom.terminal.open', 'yes')
})

it('gives the keyboard to a terminal that was chosen, and never to one that only took its place', async () => {
  const focused: string[] = []
  const { terminals, draw, changed } = await openPage([a, b], focused)
  draw()
  expect(focused).toEqual([])
  terminals.focus(b.id)
  draw()
  expect(focused).toEqual(['b'])
  // Somebody closed it, and opened another.
  changed([a])
  changed([a, c])
  expect(terminals.store.getState().active).toBe('a')
  expect(focused).toEqual(['b'])
  // Arrows go along the tabs and stay there.
  terminals.select(c.id)
  draw()
  expect(focused).toEqual(['b'])
})

it('gives the keyboard to the terminal one has just opened, when the list has it', async () => {
  const focused: string[] = []
  const { terminals, changed } = await openPage([a], focused)
  server.answers['terminal.open'] = { terminalId: 'c' }
  await terminals.start()
  changed([a, c])
  expect(focused).toEqual(['c'])
})

it('gives the keyboard back when the screen of the terminal that had it comes again', async () => {
  const focused: string[] = []
  const { terminals, changed } = await openPage([a], focused)
  const input = document.createElement('textarea')
  const xterm = document.createElement('div')
  xterm.className = 'xterm'
  xterm.append(input)
  document.body.append(xterm)
  changed([a])
  input.focus()
  // The server is away, and its list with it.
  changed([])
  xterm.remove()
  changed([a])
  expect(focused).toEqual(['a'])
  expect(terminals.store.getState().active).toBe('a')
})

it('shows the same terminal after a reload, where it is still there', async () => {
  const { terminals } = await openPage([a, b, c], [])
  terminals.select(b.id)
  expect((await openPage([a, b, c], [])).terminals.store.getState().active).toBe('b')
  const { terminals: again, changed } = await openPage([a, b, c], [])
  changed([])
  changed([a, b, c])
  expect(again.store.getState().active).toBe('b')
  expect((await openPage([a, c], [])).terminals.store.getState().active).toBe('a')
})
