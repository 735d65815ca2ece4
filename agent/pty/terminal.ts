import { constants } from 'node:os'
import type { AgentTerminal } from '#shared/protocol/pty.ts'
import { PTY_WINDOW_BYTES } from '#shared/protocol/pty.ts'
import type { TerminalScreen, TerminalSize, TerminalState } from '#shared/protocol/terminal.ts'
import { endProcesses, folderIn, foregroundOf } from './foreground.ts'
import { createInputQueue } from './input-queue.ts'
import { isTerminalReport } from './reports.ts'
import { createScreen } from './screen.ts'
import { type ShellOptions, startShell } from './shell.ts'
import { createWholeCharacters } from './whole-characters.ts'

/** Printed, and not yet on the screen in here. */
const UNSHOWN_MAX_BYTES = 256 << 10
const UNSHOWN_MIN_BYTES = 64 << 10
const CLOSE_GRACE_MS = 500
const TITLE_INTERVAL_MS = 250

export interface TerminalOptions extends ShellOptions {
  readonly name: string
  readonly root: string
  readonly startedBy: string
  readonly now: () => number
  readonly settle: () => Promise<unknown> | null
  /** what is on the screen, in order */
  readonly onOutput: (offset: number, bytes: Uint8Array) => void
  readonly onResized: (size: TerminalSize) => void
  /** name, size, title or state */
  readonly onChanged: () => void
}

export interface Terminal {
  readonly shellPid: number
  info(): AgentTerminal
  /** The screen, and from here on the output to whoever listens, as far as they acknowledge. */
  attach(): TerminalScreen
  /** Nobody listens: the program runs on, onto the screen in here. */
  detach(): void
  acknowledge(offset: number): void
  input(data: string): Promise<void>
  resize(size: TerminalSize): void
  rename(name: string): void
  /** Resolves when the program has printed something, or ended. */
  whenPrinted(): Promise<void>
  /** Ends the program with all it started. */
  close(): Promise<void>
}

const signalName = (number: number): string | null =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null

/** A shell with the screen it prints on. */
export function createTerminal(options: TerminalOptions): Terminal {
  const startedAt = options.now()
  const shell = startShell(options)
  const whole = createWholeCharacters()
  const screen = createScreen({
    size: options.size,
    onReply: (reply) => {
      // A program that ended meanwhile waits for no answer.
      if (state.status === 'running') input.push(reply).catch(() => undefined)
    },
  })
  const input = createInputQueue({ write: shell.write, settle: options.settle })
  let name = options.name
  let state: TerminalState = { status: 'running' }
  let foreground = foregroundOf(shell.pid)
  let folder = folderIn(options.root, shell.pid)
  let lookTimer: NodeJS.Timeout | null = null
  let unshown = 0
  let isPaused = false
  let isStreaming = false
  let acknowledged = 0
  let printed: (() => void)[] = []
  let isClosed = false

  /** The program waits while too much is under way, here or to those who read. */
  const pace = (): void => {
    const unread = isStreaming ? screen.offset() - acknowledged : 0
    const isTooMuch = unshown > UNSHOWN_MAX_BYTES || unread >= PTY_WINDOW_BYTES
    if (!isPaused && isTooMuch) {
      isPaused = true
      shell.pause()
    } else if (isPaused && unshown <= UNSHOWN_MIN_BYTES && unread <= PTY_WINDOW_BYTES / 2) {
      isPaused = false
      shell.resume()
    }
  }

  const show = (bytes: Uint8Array): void => {
    if (bytes.length === 0 || isClosed) return
    unshown += bytes.length
    screen.write(bytes, () => {
      const from = screen.offset() - bytes.length
      unshown -= bytes.length
      if (isStreaming) options.onOutput(from, bytes)
      for (const resolve of printed) resolve()
      printed = []
      pace()
    })
    pace()
  }

  /** What is in front, and where the shell is, changes when something was typed or printed. */
  const lookSoon = (): void => {
    lookTimer ??= setTimeout(() => {
      lookTimer = null
      if (state.status === 'exited') return
      const before = { ...foreground, folder }
      const now = foregroundOf(shell.pid)
      foreground = { ...now, title: now.title ?? before.title }
      folder = folderIn(options.root, shell.pid)
      const isSame = before.title === foreground.title && before.isBusy === foreground.isBusy
      if (!isSame || before.folder !== folder) options.onChanged()
    }, TITLE_INTERVAL_MS)
  }

  shell.onData((bytes) => {
    show(whole.push(bytes))
    lookSoon()
  })
  shell.onExit((code, signal) => {
    show(whole.rest())
    input.close()
    state = {
      status: 'exited',
      code: signal > 0 ? null : code,
      signal: signal > 0 ? signalName(signal) : null,
    }
    for (const resolve of printed) resolve()
    if (!isClosed) options.onChanged()
  })

  return {
    shellPid: shell.pid,
    info: () => ({
      id: options.terminalId,
      name,
      size: screen.size(),
      title: foreground.title ?? '',
      root: options.root,
      folder,
      startedBy: options.startedBy,
      startedAt,
      state,
      isBusy: state.status === 'running' && foregroundOf(shell.pid).isBusy,
    }),
    attach() {
      const snapshot = screen.snapshot()
      if (!isStreaming) acknowledged = snapshot.offset
      isStreaming = true
      return snapshot
    },
    detach() {
      isStreaming = false
      pace()
    },
    acknowledge(offset) {
      acknowledged = Math.min(Math.max(acknowledged, offset), screen.offset())
      pace()
    },
    async input(data) {
      if (state.status === 'exited' || isTerminalReport(data)) return
      lookSoon()
      await input.push(data)
    },
    resize(size) {
      const { cols, rows } = screen.size()
      if (isClosed || (cols === size.cols && rows === size.rows)) return
      if (state.status === 'running') shell.resize(size)
      screen.resize(size)
      options.onResized(size)
      options.onChanged()
    },
    rename(to) {
      name = to
      options.onChanged()
    },
    whenPrinted: () =>
      new Promise((resolve) => {
        if (screen.offset() > 0 || state.status === 'exited') resolve()
        else printed.push(resolve)
      }),
    async close() {
      if (isClosed) return
      isClosed = true
      isStreaming = false
      if (lookTimer !== null) clearTimeout(lookTimer)
      input.close()
      // What it still prints is read, or it could not end.
      shell.resume()
      await endProcesses(shell.pid, options.terminalId, CLOSE_GRACE_MS)
      screen.close()
    },
  }
}
