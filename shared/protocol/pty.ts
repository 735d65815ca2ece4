import type { TerminalId } from '#shared/ids.ts'
import type { AgentResult } from './agent.ts'
import type { Runnable, TerminalInfo, TerminalScreen, TerminalSize } from './terminal.ts'

/** Output of one terminal that may be under way from the agent before the server acknowledges. */
export const PTY_WINDOW_BYTES = 256 << 10
/** A serialised screen with its scrollback; what is larger is sent with less of it. */
export const SCREEN_MAX_CHARS = 2 << 20

/** A terminal as its agent knows it; who types is the server's to know. */
export interface AgentTerminal extends Omit<TerminalInfo, 'typing'> {
  /** something other than the shell is in the foreground */
  readonly isBusy: boolean
}

/** The server's calls about terminals. */
export interface PtyCalls {
  'pty.open': (
    input: { terminalId: TerminalId; name: string | null; size: TerminalSize; folder: string; startedBy: string },
    done: (r: AgentResult<null>) => void,
  ) => void
  /** the screen; from the first of these on the output is streamed, until `pty.detach` */
  'pty.attach': (input: { terminalId: TerminalId }, done: (r: AgentResult<TerminalScreen>) => void) => void
  /** nobody reads: the output goes to the screen in the agent alone */
  'pty.detach': (input: { terminalId: TerminalId }) => void
  /** answered when the program's side took it */
  'pty.input': (input: { terminalId: TerminalId; data: string }, done: (r: AgentResult<null>) => void) => void
  'pty.resize': (input: { terminalId: TerminalId; size: TerminalSize }) => void
  /** the fastest reader has all up to here on its screen */
  'pty.acknowledge': (input: { terminalId: TerminalId; offset: number }) => void
  'pty.close': (input: { terminalId: TerminalId }, done: (r: AgentResult<null>) => void) => void
  'pty.rename': (input: { terminalId: TerminalId; name: string }, done: (r: AgentResult<null>) => void) => void
  'run.list': (input: object, done: (r: AgentResult<{ runnables: Runnable[] }>) => void) => void
  /** `terminalId` is for a new terminal, where none of its name is idle */
  'run.start': (
    input: Pick<Runnable, 'kind' | 'path' | 'name'> & {
      terminalId: TerminalId
      size: TerminalSize
      startedBy: string
    },
    done: (r: AgentResult<{ terminalId: TerminalId }>) => void,
  ) => void
}

/** Those that are answered. */
export type PtyCallName =
  | 'pty.open'
  | 'pty.attach'
  | 'pty.input'
  | 'pty.close'
  | 'pty.rename'
  | 'run.list'
  | 'run.start'

/** What the agent says of its terminals by itself. */
export interface PtyEvents {
  /** all of them, at each change and at each connection */
  'pty.list': (input: { terminals: AgentTerminal[] }) => void
  'pty.output': (input: { terminalId: TerminalId; offset: number; bytes: Uint8Array }) => void
  'pty.resized': (input: { terminalId: TerminalId; size: TerminalSize }) => void
}
