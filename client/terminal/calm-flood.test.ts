import { Terminal } from '@xterm/xterm'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { calmFlood, type CalmFlood } from './calm-flood.ts'
import { coreOf, type XtermCore } from './xterm-core.ts'

let terminal: Terminal
let core: XtermCore
let flood: CalmFlood

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addListener: () => {}, removeListener: () => {} }))
  terminal = new Terminal({ rows: 10, cols: 40, scrollback: 100, allowProposedApi: true })
  const host = document.createElement('div')
  document.body.append(host)
  terminal.open(host)
  const found = coreOf(terminal)
  if (found === null) throw new Error('this version of xterm looks different inside')
  core = found
})
afterEach(() => {
  flood.dispose()
  terminal.dispose()
  document.body.replaceChildren()
  vi.unstubAllGlobals()
})

const write = (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve))
const lines = (count: number): string => 'line\r\n'.repeat(count)

it('does for a piece of output once what xterm does for each line', async () => {
  const sync = vi.spyOn(core._viewport, '_sync')
  const queueSync = vi.spyOn(core._viewport, 'queueSync')
  const select = vi.spyOn(core._selectionService, 'refresh')
  flood = calmFlood(terminal)
  await write(lines(1_000))
  expect(sync.mock.calls.length).toBeLessThan(5)
  expect(queueSync.mock.calls.length).toBeLessThan(5)
  expect(select).not.toHaveBeenCalled()
})

it('draws the selection that output has moved', async () => {
  const select = vi.spyOn(core._selectionService, 'refresh')
  flood = calmFlood(terminal)
  await write(lines(20))
  terminal.select(0, terminal.buffer.active.baseY, 4)
  select.mockClear()
  await write(lines(50))
  expect(select).toHaveBeenCalledTimes(1)
})

it('draws all rows for who has scrolled up to where lines leave', async () => {
  flood = calmFlood(terminal)
  await write(lines(200))
  terminal.scrollToTop()
  const drawn: [number, number][] = []
  terminal.onRender(({ start, end }) => drawn.push([start, end]))
  await write(lines(10))
  await vi.waitFor(() => expect(drawn).toContainEqual([0, 9]))
})

it('draws at once when somebody scrolls in the middle of a flood', async () => {
  const refreshRows = vi.spyOn(core._renderService, 'refreshRows')
  flood = calmFlood(terminal)
  flood.printed(10 << 20)
  await write(lines(200))
  await write(lines(200))
  refreshRows.mockClear()
  terminal.scrollLines(-5)
  expect(refreshRows).toHaveBeenCalled()
})

it('shows the same lines where old ones are made new ones', async () => {
  flood = calmFlood(terminal)
  const output = `${lines(150)}e\u0301e\u0301 \x1b[4:3m\x1b[58;5;1mmarked\x1b[0m\r\n${'wide '.repeat(20)}\r\n`.repeat(3)
  await write(output + lines(120))
  const plain = new Terminal({ rows: 10, cols: 40, scrollback: 1_000, allowProposedApi: true })
  await new Promise<void>((resolve) => plain.write(output + lines(120), resolve))
  const read = ({ buffer: { active } }: Terminal, from: number): unknown[] =>
    Array.from({ length: active.length - from }, (_, at) => {
      const line = active.getLine(from + at)
      return [line?.translateToString(), line?.isWrapped]
    })
  expect(read(terminal, 0)).toEqual(read(plain, plain.buffer.active.length - terminal.buffer.active.length))
  plain.dispose()
})

it('makes no new objects for a plain line', async () => {
  flood = calmFlood(terminal)
  await write(lines(200))
  const known = new Set(Array.from({ length: 50 }, (_, at) => core.buffer.lines.get(at)?._combined))
  await write(lines(60))
  const now = Array.from({ length: 110 }, (_, at) => core.buffer.lines.get(at)?._combined)
  expect(now.filter((one) => known.has(one))).toHaveLength(50)
})
