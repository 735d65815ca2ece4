import { expect, it, vi } from 'vitest'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { TerminalInfo, TerminalState } from '#shared/protocol/terminal.ts'
import { closeTerminal, terminalMenu } from './terminal-menu.ts'
import { createTerminals } from './terminals.ts'

const sent = vi.hoisted(() => [] as string[])
vi.mock('../platform/socket.ts', () => ({
  getSocket: () => ({ connected: false }),
  enterWorkspace: () => Promise.resolve(),
  emitForResult: (name: string) => {
    sent.push(name)
    return Promise.resolve(null)
  },
}))

const terminal = (state: TerminalState): TerminalInfo => ({
  id: 'a' as TerminalId,
  name: 'shell',
  size: { cols: 80, rows: 24 },
  title: 'bash',
  root: '/w',
  folder: '',
  startedBy: 'mina',
  startedAt: 0,
  state,
  typing: [],
})
const running = terminal({ status: 'running' })
const labels = (canType: boolean): string[] =>
  terminalMenu(createTerminals('w' as WorkspaceId), running, canType).flatMap((entry) =>
    entry.type === 'item' ? [entry.label] : [],
  )

it('offers viewers what changes nothing', () => {
  expect(labels(true)).toEqual(['Copy', 'Paste', 'Select all', 'Find', 'Read the output aloud', 'Rename…', 'Close'])
  expect(labels(false)).toEqual(['Copy', 'Select all', 'Find', 'Read the output aloud'])
})

it('asks before it ends a program, and not where it has ended', () => {
  const terminals = createTerminals('w' as WorkspaceId)
  closeTerminal(terminals, running)
  expect(terminals.store.getState().asking).toEqual({ type: 'close', id: running.id })
  expect(sent).toEqual([])
  closeTerminal(terminals, terminal({ status: 'exited', code: 0, signal: null }))
  expect(sent).toEqual(['terminal.close'])
})
