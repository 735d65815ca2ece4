import { expect, it } from 'vitest'
import type { TerminalId } from '#shared/ids.ts'
import type { TerminalInfo } from '#shared/protocol/terminal.ts'
import { nextActive } from './terminals.ts'

const terminal = (id: string): TerminalInfo => ({
  id: id as TerminalId,
  name: id,
  size: { cols: 80, rows: 24 },
  title: 'bash',
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
