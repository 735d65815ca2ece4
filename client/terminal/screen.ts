import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { Terminal } from '@xterm/xterm'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import {
  clampSize,
  type DetachReason,
  SCROLLBACK_LINES,
  TERMINAL_WINDOW_BYTES,
  type TerminalScreen,
  type TerminalSize,
} from '#shared/protocol/terminal.ts'
import { emitForResult, enterWorkspace, getSocket } from '../platform/socket.ts'
import { calmFlood } from './calm-flood.ts'
import { createInputQueue } from './input-queue.ts'
import { keepEndInView } from './overflow.ts'
import { terminalTheme } from './theme.ts'

export type ScreenState =
  | { readonly status: 'attaching' }
  | { readonly status: 'attached' }
  | { readonly status: 'detached'; readonly reason: DetachReason }
  | { readonly status: 'failed'; readonly error: unknown }

export interface Screen {
  readonly terminal: Terminal
  readonly search: SearchAddon
  /** Types, or pastes: what the program gets is what a keyboard would give. */
  readonly type: (text: string) => void
  readonly refit: () => void
  readonly restyle: () => void
  readonly setCanType: (canType: boolean) => void
  readonly dispose: () => void
}

interface Options {
  readonly workspaceId: WorkspaceId
  readonly terminalId: TerminalId
  /** An element of the page, with a size. */
  readonly host: HTMLElement
  readonly canType: boolean
  readonly isReadAloud: boolean
  readonly onState: (state: ScreenState) => void
  readonly onInputFailed: (error: unknown) => void
  /** The size that all see where it is clearly smaller than what would fit here, else null; after a pause. */
  readonly onSmaller: (size: TerminalSize | null) => void
  /** A link that the program printed (OSC 8). */
  readonly onWebLink: (url: string) => void
}

const RESIZE_MS = 80
const JUDGE_MS = 1_000
/** A program may leave its input unread for long; a connection that is lost answers by itself. */
const INPUT_TIMEOUT_MS = 30 * 60_000
const FONT = "'JetBrains Mono Variable', 'D2Coding Wide', monospace"

/**
 * Draws one shared terminal: the screen as it was at an offset, then the bytes from there. Nothing is echoed here; the
 * only source is the program.
 */
export function createScreen(options: Options): Screen {
  const { workspaceId, terminalId, host } = options
  const id = { workspaceId, terminalId }
  const socket = getSocket()
  const terminal = new Terminal({
    // The newer width tables are still called a proposal.
    allowProposedApi: true,
    scrollback: SCROLLBACK_LINES,
    fontFamily: FONT,
    fontSize: 13,
    lineHeight: 1.25,
    theme: terminalTheme(),
    disableStdin: !options.canType,
    screenReaderMode: options.isReadAloud,
    cursorBlink: false,
    macOptionIsMeta: true,
    minimumContrastRatio: 4.5,
    // Addresses that a program hides behind other words: shown whole before anything is opened.
    linkHandler: {
      allowNonHttpProtocols: false,
      activate: (_event, url) => {
        if (/^https?:\/\//.test(url)) options.onWebLink(url)
      },
    },
  })
  const fit = new FitAddon()
  const search = new SearchAddon()
  terminal.loadAddon(fit)
  terminal.loadAddon(search)
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  terminal.open(host)
  const flood = calmFlood(terminal)

  let isDisposed = false
  let canType = options.canType
  /** of the next byte; null until a screen came */
  let offset: number | null = null
  let early: { offset: number; bytes: Uint8Array }[] = []
  let drawn = 0
  let acknowledged = 0

  const fitting = (): TerminalSize => {
    const size = fit.proposeDimensions()
    return clampSize(size?.cols, size?.rows)
  }
  const queue = createInputQueue({
    send: (data) => emitForResult('terminal.input', { ...id, data }, INPUT_TIMEOUT_MS),
    onFailed: options.onInputFailed,
  })
  const acknowledge = (at: number): void => {
    drawn = at
    if (drawn - acknowledged < TERMINAL_WINDOW_BYTES / 4) return
    acknowledged = drawn
    // A lost acknowledgement is made good by the next one, a lost connection by a new screen.
    void emitForResult('terminal.acknowledge', { ...id, offset: drawn }).catch(() => undefined)
  }
  const append = (at: number, bytes: Uint8Array): void => {
    if (offset === null) {
      early.push({ offset: at, bytes })
      return
    }
    if (at < offset) return
    if (at > offset) {
      // Something is missing: only a new screen is true.
      void attach()
      return
    }
    offset += bytes.length
    const end = offset
    flood.printed(bytes.length)
    terminal.write(bytes, () => acknowledge(end))
  }
  const show = (screen: TerminalScreen): void => {
    terminal.reset()
    terminal.resize(screen.size.cols, screen.size.rows)
    offset = screen.offset
    drawn = acknowledged = screen.offset
    terminal.write(screen.screen)
    const waiting = early
    early = []
    for (const part of waiting) append(part.offset, part.bytes)
    queue.release()
    options.onState({ status: 'attached' })
  }
  /** Counts the attempts: only the last one counts, an earlier one may belong to a connection that is lost. */
  let attempts = 0
  const attach = async (): Promise<void> => {
    const attempt = ++attempts
    offset = null
    early = []
    queue.hold()
    options.onState({ status: 'attaching' })
    try {
      await enterWorkspace(workspaceId)
      const screen = await emitForResult('terminal.attach', { ...id, size: fitting() })
      if (attempt === attempts) show(screen)
    } catch (error) {
      if (attempt !== attempts) return
      queue.shut()
      options.onState({ status: 'failed', error })
    }
  }
  const detached = (reason: DetachReason): void => {
    attempts += 1
    queue.shut()
    options.onState({ status: 'detached', reason })
  }

  const isMine = (event: { workspaceId: string; terminalId: string }): boolean =>
    event.workspaceId === workspaceId && event.terminalId === terminalId
  const handlers = {
    'terminal.output': (event) => void (isMine(event) && append(event.offset, new Uint8Array(event.bytes))),
    'terminal.screen': (event) => void (isMine(event) && show(event)),
    'terminal.resized': (event) => void (isMine(event) && terminal.resize(event.size.cols, event.size.rows)),
    'terminal.detached': (event) => {
      if (isMine(event)) detached(event.reason)
    },
  } satisfies Partial<ServerEvents>
  for (const [name, handler] of Object.entries(handlers)) socket.on(name as keyof typeof handlers, handler)
  const onConnect = (): void => void attach()
  const onDisconnect = (): void => detached('offline')
  socket.on('connect', onConnect)
  socket.on('disconnect', onDisconnect)

  terminal.onData((data) => {
    flood.pressed()
    if (canType) queue.push(data)
  })
  // Reports of the mouse in old encodings are bytes, not text.
  terminal.onBinary((data) => {
    if (canType) queue.push(data)
  })

  let judging: ReturnType<typeof setTimeout> | null = null
  /** A size on its way to everyone is no news yet. */
  const judgeSize = (): void => {
    if (judging !== null) clearTimeout(judging)
    judging = setTimeout(() => {
      if (isDisposed) return
      const fits = fitting()
      const { cols, rows } = terminal
      options.onSmaller(cols < fits.cols - 2 || rows < fits.rows - 1 ? { cols, rows } : null)
    }, JUDGE_MS)
  }
  terminal.onResize(judgeSize)

  let resizing: ReturnType<typeof setTimeout> | null = null
  const refit = (): void => {
    judgeSize()
    if (resizing !== null) clearTimeout(resizing)
    resizing = setTimeout(() => {
      resizing = null
      if (isDisposed || offset === null || host.clientWidth === 0) return
      // As with acknowledgements: the next attach says it again.
      void emitForResult('terminal.resize', { ...id, size: fitting() }).catch(() => undefined)
    }, RESIZE_MS)
  }
  const observer = new ResizeObserver(refit)
  observer.observe(host)
  const stopKeeping = keepEndInView(terminal, host)

  // Cells are measured in the fonts that are drawn; the Hangul one is fetched only for Hangul.
  const fonts = Promise.all([document.fonts.load(`13px ${FONT}`), document.fonts.load(`13px ${FONT}`, '한글')])
  void fonts.finally(() => {
    if (isDisposed) return
    terminal.options.fontFamily = `${FONT}, monospace`
    if (socket.connected) void attach()
  })

  return {
    terminal,
    search,
    type: (text) => terminal.paste(text),
    refit,
    restyle: () => {
      terminal.options.theme = terminalTheme()
    },
    setCanType: (can) => {
      canType = can
      terminal.options.disableStdin = !can
    },
    dispose: () => {
      isDisposed = true
      if (resizing !== null) clearTimeout(resizing)
      if (judging !== null) clearTimeout(judging)
      observer.disconnect()
      stopKeeping()
      attempts += 1
      socket.off('connect', onConnect)
      socket.off('disconnect', onDisconnect)
      for (const [name, handler] of Object.entries(handlers)) socket.off(name as keyof typeof handlers, handler)
      // Gone with the socket where it cannot be told.
      void emitForResult('terminal.detach', id).catch(() => undefined)
      flood.dispose()
      terminal.dispose()
    },
  }
}
