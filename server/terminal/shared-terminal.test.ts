import headless from '@xterm/headless'
import serialize from '@xterm/addon-serialize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import {
  TERMINAL_WINDOW_BYTES,
  type TerminalOutput,
  type TerminalScreen,
  type TerminalSize,
} from '#shared/protocol/terminal.ts'
import { createSharedTerminal, type SharedTerminal } from './shared-terminal.ts'

const SCREEN = { cols: 60, rows: 10 }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A screen as xterm draws it. */
function createDisplay() {
  const terminal = new headless.Terminal({ ...SCREEN, scrollback: 100, allowProposedApi: true })
  const serializer = new serialize.SerializeAddon()
  terminal.loadAddon(serializer)
  const write = (data: string | Uint8Array): Promise<void> => new Promise((resolve) => terminal.write(data, resolve))
  return {
    write,
    reset: () => terminal.reset(),
    async shown() {
      await write('')
      return serializer.serialize()
    },
  }
}

/** A PTY in an agent, with browsers at it. */
function createStage() {
  const pty = createDisplay()
  const sizes: TerminalSize[] = []
  const acknowledged: number[] = []
  const readers = new Map<string, { display: ReturnType<typeof createDisplay>; next: number; screens: number }>()
  let offset = 0
  const shared: SharedTerminal = createSharedTerminal({
    workspaceId: 'w' as WorkspaceId,
    terminalId: 't' as TerminalId,
    fetchScreen: async () => {
      const screen = await pty.shown()
      return { offset, screen, size: SCREEN }
    },
    acknowledge: (to) => acknowledged.push(to),
    resize: (size) => sizes.push(size),
    toSocket: (socketId, event, payload) => {
      const reader = readers.get(socketId)
      if (reader === undefined) return
      if (event === 'terminal.output') {
        const output = payload as unknown as TerminalOutput
        expect(output.offset).toBe(reader.next)
        reader.next += output.bytes.length
        void reader.display.write(output.bytes)
      } else if (event === 'terminal.screen') show(reader, payload as unknown as TerminalScreen)
    },
    onError: (error) => {
      throw error
    },
  })
  const show = (
    reader: { display: ReturnType<typeof createDisplay>; next: number; screens: number },
    screen: TerminalScreen,
  ) => {
    reader.display.reset()
    void reader.display.write(screen.screen)
    reader.next = screen.offset
    reader.screens++
  }
  return {
    shared,
    sizes,
    acknowledged,
    shown: () => pty.shown(),
    reader: (id: string) => readers.get(id)!,
    async attach(id: string, size: TerminalSize = SCREEN, mayType = true) {
      const reader = { display: createDisplay(), next: 0, screens: 0 }
      const screen = await shared.attach(id, size, mayType)
      if (screen !== null) show(reader, screen)
      readers.set(id, reader)
      await turn()
    },
    async print(text: string) {
      const bytes = Buffer.from(text)
      await pty.write(bytes)
      const from = offset
      offset += bytes.length
      shared.output(from, bytes)
    },
  }
}

describe('a terminal with several readers', () => {
  it('shows each, however slowly it reads, what the program shows', async () => {
    const step = fc.record({
      lines: fc.integer({ min: 1, max: 2_500 }),
      colour: fc.integer({ min: 1, max: 7 }),
      reads: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        const stage = createStage()
        await stage.attach('fast')
        await stage.attach('slow')
        let count = 0
        for (const { lines, colour, reads } of steps) {
          const block = Array.from(
            { length: lines },
            () => `\x1b[3${colour}mline ${count++}\x1b[0m, 줄 ${'='.repeat(30)}\r\n`,
          )
          await stage.print(block.join(''))
          for (const id of reads ? ['fast', 'slow'] : ['fast']) stage.shared.acknowledge(id, stage.reader(id).next)
          await turn()
        }
        for (const id of ['fast', 'slow']) {
          for (let last = -1; stage.reader(id).next !== last; await stage.shown().then(turn)) {
            last = stage.reader(id).next
            stage.shared.acknowledge(id, last)
            await stage.shown().then(turn)
          }
          expect(await stage.reader(id).display.shown()).toBe(await stage.shown())
        }
      }),
      { numRuns: 8 },
    )
  })

  it('gives one that fell behind a fresh screen, once it showed what it had', async () => {
    const stage = createStage()
    await stage.attach('fast')
    await stage.attach('slow')
    const line = `${'x'.repeat(59)}\r\n`
    for (let i = 0; i < 40; i++) {
      await stage.print(line.repeat(1_000))
      stage.shared.acknowledge('fast', stage.reader('fast').next)
    }
    await stage.print('the end')
    const slow = stage.reader('slow')
    expect([slow.next, slow.screens]).toEqual([TERMINAL_WINDOW_BYTES, 1])
    stage.shared.acknowledge('slow', slow.next)
    await stage.shown().then(turn)
    expect(slow.screens).toBe(2)
    expect(await slow.display.shown()).toContain('the end')
    expect(stage.acknowledged.at(-1)).toBeGreaterThan(2 << 20)
  })

  it('has the smallest size of those who typed, and forgets who may no more', async () => {
    const stage = createStage()
    await stage.attach('a', { cols: 100, rows: 20 })
    await stage.attach('b', { cols: 80, rows: 40 })
    await stage.attach('viewer', { cols: 20, rows: 5 }, false)
    expect(stage.sizes.at(-1)).toEqual({ cols: 80, rows: 40 })
    stage.shared.typed('a')
    expect(stage.sizes.at(-1)).toEqual({ cols: 100, rows: 20 })
    stage.shared.typed('b')
    expect(stage.sizes.at(-1)).toEqual({ cols: 80, rows: 20 })
    stage.shared.fits('viewer', { cols: 3, rows: 3 })
    stage.shared.mayType('b', false)
    expect(stage.sizes.at(-1)).toEqual({ cols: 100, rows: 20 })
    stage.shared.detach('a')
    stage.shared.mayType('b', true)
    expect(stage.sizes.at(-1)).toEqual({ cols: 80, rows: 40 })
  })

  it('believes no acknowledgement of what was never sent', async () => {
    const stage = createStage()
    await stage.attach('a')
    await stage.print('hello')
    stage.shared.acknowledge('a', 1e15)
    expect(Math.max(...stage.acknowledged)).toBe(5)
  })
})
