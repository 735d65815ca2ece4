import type { TerminalId, WorkspaceId } from '#shared/ids.ts'

/** Sizes a person can mean; the PTY gets nothing else. */
export const TERMINAL_SIZE = { minCols: 2, maxCols: 500, minRows: 1, maxRows: 300 } as const
export const SCROLLBACK_LINES = 5_000
/** Bytes of output that may be under way to one reader before it acknowledges. */
export const TERMINAL_WINDOW_BYTES = 256 << 10
/**
 * One message of input in UTF-16 units, cut between characters; a longer paste goes in parts. Escaped as JSON it stays
 * under what a browser's socket may send at once.
 */
export const TERMINAL_INPUT_CHARS = 8 << 10
/** Parts of a paste that may be under way before the first is acknowledged; more are refused with `rate_limited`. */
export const TERMINAL_INPUT_PARTS = 8
export const MAX_TERMINALS = 20
export const TERMINAL_NAME_CHARS = 60
/** Whoever typed counts as typing for this long. */
export const TYPING_MS = 3_000

export interface TerminalSize {
  readonly cols: number
  readonly rows: number
}

export type TerminalState =
  | { readonly status: 'running' }
  | { readonly status: 'exited'; readonly code: number | null; readonly signal: string | null }

/** What everyone in the workspace sees in the list. */
export interface TerminalInfo {
  readonly id: TerminalId
  readonly name: string
  readonly size: TerminalSize
  /** the program in the foreground, as far as the system tells */
  readonly title: string
  /** where the workspace's files lie for its programs, absolute; '' until that is known */
  readonly root: string
  /** where the shell is, from the root on; null where the system does not tell, or outside of it */
  readonly folder: string | null
  /** the id of a person */
  readonly startedBy: string
  readonly startedAt: number
  readonly state: TerminalState
  /** ids of people who typed within the last seconds, newest first */
  readonly typing: readonly string[]
}

/**
 * One reader's view. `offset` counts the bytes the PTY has printed since it started; `screen` is the serialised screen
 * with its scrollback at that offset, to be written to an empty terminal of `size`, so that output from there on
 * continues it exactly.
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

/**
 * Why a reader gets no more of a terminal: it was closed, the reader may no longer watch, its agent is away, or another
 * agent took its place and the programs ended with the old one.
 */
export type DetachReason = 'closed' | 'forbidden' | 'offline' | 'lost'

/** Whether programs of a workspace see only the workspace, or all that the server's own user sees. */
export type Isolation = 'bubblewrap' | 'none'

/** Something that can be run: a script of a package.json, a target of a Makefile, a Python file. */
export interface Runnable {
  readonly kind: 'script' | 'make' | 'python'
  /** the file it stands in, or is */
  readonly path: string
  /** of the script or target; of a Python file its name */
  readonly name: string
  /** what the script runs, for people to read; null where nothing more is to be said */
  readonly detail: string | null
}

/** The nearest size that a PTY can have; what is no number becomes the usual 80 × 24. */
export function clampSize(cols: unknown, rows: unknown): TerminalSize {
  const clamp = (value: unknown, usual: number, min: number, max: number): number =>
    typeof value !== 'number' || Number.isNaN(value) ? usual : Math.min(max, Math.max(min, Math.trunc(value)))
  return {
    cols: clamp(cols, 80, TERMINAL_SIZE.minCols, TERMINAL_SIZE.maxCols),
    rows: clamp(rows, 24, TERMINAL_SIZE.minRows, TERMINAL_SIZE.maxRows),
  }
}
