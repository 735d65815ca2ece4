import { accessSync, constants, writeSync } from 'node:fs'
import { spawn, type IPty } from '@lydell/node-pty'
import type { TerminalId } from '#shared/ids.ts'
import type { TerminalSize } from '#shared/protocol/terminal.ts'
import { errorCode } from '../fs/locate.ts'

/** By which the programs of a terminal are found again, also those that left its session. */
export const TERMINAL_MARK = 'PAIRLOOM_TERMINAL'

export interface ShellOptions {
  readonly terminalId: TerminalId
  readonly folder: string
  readonly home: string
  readonly path: string
  readonly size: TerminalSize
}

/** A pseudoterminal with a login shell in it; bytes, not text. */
export interface Shell {
  readonly pid: number
  /** Writes what fits without waiting and answers how many bytes that was. */
  write(bytes: Uint8Array): number
  onData(listener: (bytes: Uint8Array) => void): void
  onExit(listener: (code: number, signal: number) => void): void
  pause(): void
  resume(): void
  resize(size: TerminalSize): void
}

const SHELLS = ['/bin/bash', '/usr/bin/bash', '/bin/sh']

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export const shellFile = (): string => SHELLS.find(isExecutable) ?? '/bin/sh'

export function startShell(options: ShellOptions): Shell {
  const file = shellFile()
  const env = {
    PATH: options.path,
    HOME: options.home,
    SHELL: file,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    [TERMINAL_MARK]: options.terminalId,
  }
  // `encoding: null` makes it bytes, which the declared type of the library does not know.
  const pty = spawn(file, ['-l'], {
    ...options.size,
    cwd: options.folder,
    env,
    name: env.TERM,
    encoding: null,
  }) as unknown as Omit<IPty, 'onData'> & { readonly fd: number; onData(listener: (data: Uint8Array) => void): void }
  return {
    pid: pty.pid,
    write: (bytes) => writeSome(pty.fd, bytes),
    onData: (listener) => pty.onData(listener),
    onExit: (listener) => void pty.onExit(({ exitCode, signal }) => listener(exitCode, signal ?? 0)),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    resize: ({ cols, rows }) => pty.resize(cols, rows),
  }
}

function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes)
  } catch (error) {
    // The other side does not read: its buffer is full.
    if (errorCode(error) === 'EAGAIN') return 0
    // The program ended; nobody will ever read it.
    if (errorCode(error) === 'EIO' || errorCode(error) === 'EBADF') return bytes.length
    throw error
  }
}
