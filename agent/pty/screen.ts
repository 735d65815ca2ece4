import serialize from '@xterm/addon-serialize'
import unicode from '@xterm/addon-unicode11'
import headless from '@xterm/headless'
import { SCREEN_MAX_CHARS } from '#shared/protocol/pty.ts'
import { SCROLLBACK_LINES, type TerminalScreen, type TerminalSize } from '#shared/protocol/terminal.ts'
import { createPartialSequence } from './partial-sequence.ts'

/** Lines from which the size of a whole screen is guessed before it is made. */
const SAMPLE_LINES = 100

export interface Screen {
  /** bytes that are on the screen */
  readonly offset: () => number
  /** `onShown` is called once they are on the screen. Whole characters only. */
  write(bytes: Uint8Array, onShown: () => void): void
  resize(size: TerminalSize): void
  size(): TerminalSize
  snapshot(): TerminalScreen
  close(): void
}

/** A terminal without a face: what late readers are given, and what answers the questions programs ask. */
export function createScreen(options: { size: TerminalSize; onReply: (data: string) => void }): Screen {
  const terminal = new headless.Terminal({
    ...options.size,
    scrollback: SCROLLBACK_LINES,
    allowProposedApi: true,
    logLevel: 'off',
  })
  const serializer = new serialize.SerializeAddon()
  // The addons are typed for the terminal in the browser, of which this is the lower half.
  terminal.loadAddon(serializer)
  terminal.loadAddon(new unicode.Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  terminal.onData(options.onReply)
  const partial = createPartialSequence()
  const hidden = trackHiddenModes(terminal)
  let offset = 0
  let cached: TerminalScreen | null = null

  const serialized = (): string => {
    const sample = serializer.serialize({ scrollback: SAMPLE_LINES })
    const lines = terminal.buffer.normal.length
    if (lines <= SAMPLE_LINES + terminal.rows) return sample
    const perLine = sample.length / (SAMPLE_LINES + terminal.rows)
    let scrollback = Math.min(SCROLLBACK_LINES, Math.floor(SCREEN_MAX_CHARS / perLine))
    for (; scrollback > SAMPLE_LINES; scrollback >>= 1) {
      const all = serializer.serialize({ scrollback })
      if (all.length <= SCREEN_MAX_CHARS) return all
    }
    return sample.length <= SCREEN_MAX_CHARS ? sample : serializer.serialize({ scrollback: 0 })
  }

  return {
    offset: () => offset,
    write(bytes, onShown) {
      terminal.write(bytes, () => {
        partial.push(bytes)
        offset += bytes.length
        cached = null
        onShown()
      })
    },
    resize({ cols, rows }) {
      terminal.resize(cols, rows)
      hidden.resized()
      cached = null
    },
    size: () => ({ cols: terminal.cols, rows: terminal.rows }),
    snapshot() {
      cached ??= {
        offset,
        screen: serialized() + hidden.restore() + Buffer.from(partial.bytes()).toString('utf8'),
        size: { cols: terminal.cols, rows: terminal.rows },
      }
      return cached
    },
    close: () => terminal.dispose(),
  }
}

/** What the serializer leaves out: the hidden cursor, the form of mouse reports, the scrolling region. */
function trackHiddenModes(terminal: headless.Terminal): { restore(): string; resized(): void } {
  let isCursorHidden = false
  let mouseEncoding: number | null = null
  let region: readonly [top: number, bottom: number] | null = null
  const onMode = (params: (number | number[])[], isSet: boolean): false => {
    for (const mode of params) {
      if (mode === 25) isCursorHidden = !isSet
      else if (mode === 1006 || mode === 1016) mouseEncoding = isSet ? mode : null
    }
    // Others act on it as well.
    return false
  }
  const reset = (): false => {
    isCursorHidden = false
    region = null
    return false
  }
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => onMode(params, true))
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => onMode(params, false))
  terminal.parser.registerCsiHandler({ intermediates: '!', final: 'p' }, reset)
  terminal.parser.registerEscHandler({ final: 'c' }, () => {
    mouseEncoding = null
    return reset()
  })
  terminal.parser.registerCsiHandler({ final: 'r' }, ([top, bottom]) => {
    const first = typeof top === 'number' && top > 0 ? top : 1
    const last = typeof bottom === 'number' && bottom > 0 ? Math.min(bottom, terminal.rows) : terminal.rows
    if (last > first) region = first === 1 && last === terminal.rows ? null : [first, last]
    return false
  })
  return {
    restore() {
      let modes = ''
      if (region !== null) {
        const { cursorX, cursorY } = terminal.buffer.active
        const row = terminal.modes.originMode ? cursorY + 2 - region[0] : cursorY + 1
        // Setting the region moves the cursor.
        modes += `\x1b[${region[0]};${region[1]}r\x1b[${row};${cursorX + 1}H`
      }
      if (mouseEncoding !== null) modes += `\x1b[?${mouseEncoding}h`
      if (isCursorHidden) modes += '\x1b[?25l'
      return modes
    },
    resized: () => {
      region = null
    },
  }
}
