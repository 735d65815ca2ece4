import { TERMINAL_WINDOW_BYTES, type TerminalScreen, type TerminalSize } from '#shared/protocol/terminal.ts'
import type { OutputRing } from './output-ring.ts'

export interface ReaderPort {
  output(offset: number, bytes: Uint8Array): void
  resized(size: TerminalSize): void
}

export interface Reader {
  /** what fits its window, and whether it typed since it attached */
  size: TerminalSize
  mayType: boolean
  typedAt: number | null
  acknowledged(): number
  /** Begins, or begins anew, with a screen. */
  begin(screen: TerminalScreen): void
  acknowledge(offset: number): void
  /** Sends what there is and the reader has room for. */
  pump(): void
}

/**
 * One browser at one terminal. It has at most TERMINAL_WINDOW_BYTES under way; when what it needs next is no longer
 * here, it is given a fresh screen as soon as it has shown what it got.
 */
export function createReader(options: {
  ring: OutputRing
  port: ReaderPort
  size: TerminalSize
  mayType: boolean
  /** asks for a screen, to be given to `begin` and sent */
  onBehind: () => void
}): Reader {
  const { ring, port } = options
  let next = 0
  let sizes = 0
  let acknowledged = 0
  let isReading = false

  const reader: Reader = {
    size: options.size,
    mayType: options.mayType,
    typedAt: null,
    acknowledged: () => acknowledged,
    begin(screen) {
      next = screen.offset
      acknowledged = screen.offset
      sizes = ring.sizes()
      isReading = true
    },
    acknowledge(offset) {
      acknowledged = Math.min(Math.max(acknowledged, offset), next)
      reader.pump()
    },
    pump() {
      while (isReading) {
        if (next < ring.start()) {
          if (acknowledged < next) return
          isReading = false
          return options.onBehind()
        }
        const piece = ring.next(next, sizes, TERMINAL_WINDOW_BYTES - (next - acknowledged))
        if (piece === null) return
        if (piece.type === 'size') {
          sizes++
          port.resized(piece.size)
        } else {
          next += piece.bytes.length
          port.output(piece.offset, piece.bytes)
        }
      }
    },
  }
  return reader
}
