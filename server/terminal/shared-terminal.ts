import type { WorkspaceId, TerminalId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import type { DetachReason, TerminalScreen, TerminalSize } from '#shared/protocol/terminal.ts'
import { createOutputRing } from './output-ring.ts'
import { createReader, type Reader } from './reader.ts'

/** How a terminal reaches its agent and the browsers. */
export interface SharedTerminalPort {
  readonly workspaceId: WorkspaceId
  readonly terminalId: TerminalId
  fetchScreen(): Promise<TerminalScreen>
  acknowledge(offset: number): void
  resize(size: TerminalSize): void
  toSocket<E extends keyof ServerEvents>(socketId: string, event: E, payload: Parameters<ServerEvents[E]>[0]): void
  onError(error: unknown): void
}

export interface SharedTerminal {
  readerCount(): number
  hasReader(socketId: string): boolean
  /** Null: it was attached anew, or left, while the screen was fetched. */
  attach(socketId: string, size: TerminalSize, mayType: boolean): Promise<TerminalScreen | null>
  detach(socketId: string): void
  acknowledge(socketId: string, offset: number): void
  fits(socketId: string, size: TerminalSize): void
  typed(socketId: string): void
  mayType(socketId: string, mayType: boolean): void
  output(offset: number, bytes: Uint8Array): void
  resized(size: TerminalSize): void
  /** The agent is back: everyone gets the screen as it is now. */
  renew(): void
  tell(reason: DetachReason): void
}

/** One terminal with all who look at it on this server. */
export function createSharedTerminal(port: SharedTerminalPort): SharedTerminal {
  const { workspaceId, terminalId } = port
  const ids = { workspaceId, terminalId }
  const ring = createOutputRing()
  const readers = new Map<string, Reader>()
  let told = -1
  let typedCount = 0

  /** The agent goes on as fast as the fastest reader; the others are caught up. */
  const tellAgent = (): void => {
    const most = Math.max(...[...readers.values()].map((reader) => reader.acknowledged()))
    if (most <= told) return
    told = most
    port.acknowledge(most)
  }

  /** The smallest of those who typed; while nobody has, what fits the last who may. */
  const fit = (): void => {
    const able = [...readers.values()].filter((reader) => reader.mayType)
    const typists = able.filter((reader) => reader.typedAt !== null)
    const counted = typists.length > 0 ? typists : able.slice(-1)
    if (counted.length === 0) return
    port.resize({
      cols: Math.min(...counted.map(({ size }) => size.cols)),
      rows: Math.min(...counted.map(({ size }) => size.rows)),
    })
  }

  const catchUp = (socketId: string, reader: Reader): void => {
    port.fetchScreen().then((screen) => {
      if (readers.get(socketId) !== reader) return
      reader.begin(screen)
      port.toSocket(socketId, 'terminal.screen', { ...ids, ...screen })
      tellAgent()
      reader.pump()
    }, port.onError)
  }

  const makeReader = (socketId: string, size: TerminalSize, mayType: boolean): Reader => {
    const reader: Reader = createReader({
      ring,
      size,
      mayType,
      port: {
        output: (offset, bytes) => port.toSocket(socketId, 'terminal.output', { ...ids, offset, bytes }),
        resized: (to) => port.toSocket(socketId, 'terminal.resized', { ...ids, size: to }),
      },
      onBehind: () => catchUp(socketId, reader),
    })
    return reader
  }

  return {
    readerCount: () => readers.size,
    hasReader: (socketId) => readers.has(socketId),
    async attach(socketId, size, mayType) {
      const typedAt = readers.get(socketId)?.typedAt ?? null
      const reader = makeReader(socketId, size, mayType)
      reader.typedAt = typedAt
      // The last to come is the last in order.
      readers.delete(socketId)
      readers.set(socketId, reader)
      fit()
      const screen = await port.fetchScreen()
      if (readers.get(socketId) !== reader) return null
      reader.begin(screen)
      // After the answer, which the output continues.
      setImmediate(() => {
        tellAgent()
        reader.pump()
      })
      return screen
    },
    detach(socketId) {
      if (readers.delete(socketId) && readers.size > 0) {
        fit()
        tellAgent()
      }
    },
    acknowledge(socketId, offset) {
      readers.get(socketId)?.acknowledge(offset)
      if (readers.size > 0) tellAgent()
    },
    fits(socketId, size) {
      const reader = readers.get(socketId)
      if (reader === undefined) return
      reader.size = size
      fit()
    },
    typed(socketId) {
      const reader = readers.get(socketId)
      if (reader === undefined) return
      const isFirst = reader.typedAt === null
      reader.typedAt = ++typedCount
      if (isFirst) fit()
    },
    mayType(socketId, mayType) {
      const reader = readers.get(socketId)
      if (reader === undefined || reader.mayType === mayType) return
      reader.mayType = mayType
      if (!mayType) reader.typedAt = null
      fit()
    },
    output(offset, bytes) {
      if (!ring.push(offset, bytes)) {
        ring.clear(offset)
        ring.push(offset, bytes)
      }
      for (const reader of readers.values()) reader.pump()
    },
    resized(size) {
      ring.resize(size)
      for (const reader of readers.values()) reader.pump()
    },
    renew() {
      ring.clear(0)
      told = -1
      for (const [socketId, reader] of readers) catchUp(socketId, reader)
    },
    tell(reason) {
      for (const socketId of readers.keys()) port.toSocket(socketId, 'terminal.detached', { ...ids, reason })
    },
  }
}
