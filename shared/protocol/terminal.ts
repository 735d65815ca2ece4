import type { TerminalId, WorkspaceId } from '#shared/ids.ts'

/** Sizes a person can mean; the PTY gets nothing else. */
export const TERMINAL_SIZE = { minCols: 2, maxCols: 500, minRows: 1, maxRows: 300 } as const
export const SCROLLBACK_LINES = 5_000
/** Bytes of output that may be under way to one reader before it acknowledges. */
export const TERMINAL_WINDOW_BYTES = 256 << 10
export const TERMINAL_INPUT_BYTES = 64 << 10
export const MAX_TERMINALS = 20

export interface TerminalSize {
  readonly cols: number
  readonly rows: number
}

/** What everyone in the workspace sees in the list. */
export interface TerminalInfo {
  readonly id: TerminalId
  readonly name: string
  readonly size: TerminalSize
  /** the program in the foreground, as far as the system tells */
  readonly title: string
  readonly startedBy: string
  readonly startedAt: number
  readonly state:
    | { readonly status: 'running' }
    | { readonly status: 'exited'; readonly code: number | null; readonly signal: string | null }
  /** ids of people who typed within the last seconds, newest first */
  readonly typing: readonly string[]
}

/**
 * One reader's view. `offset` counts the bytes the PTY has printed since it started; `screen` is the serialised screen
 * with its scrollback at that offset, so that output from there on continues it exactly.
 */
export interface TerminalScreen {
  readonly offset: number
  readonly screen: string
  readonly size: TerminalSize
}

export interface TerminalOutput {
  readonly workspaceId: WorkspaceId
  readonly terminalId: TerminalId
  /** of the first byte */
  readonly offset: number
  readonly bytes: Uint8Array
}
