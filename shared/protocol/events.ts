import type { FilesHold } from '#shared/api/files.ts'
import type { TreeDelta } from './agent.ts'
import type {
  DetachReason,
  Isolation,
  Runnable,
  TerminalInfo,
  TerminalOutput,
  TerminalScreen,
  TerminalSize,
} from './terminal.ts'
import type { AskInfo } from '#shared/api/suggestions.ts'
import type {
  AiRunId,
  ChatSessionId,
  DocumentId,
  ImportId,
  SuggestionId,
  TerminalId,
  UserId,
  WorkspaceId,
} from '#shared/ids.ts'

/** One person inside a workspace; several tabs are one (presence counts people, not sockets). */
export interface PresentPerson {
  readonly id: string
  readonly name: string
  readonly color: number
  readonly kind: 'person' | 'guest'
  readonly role: string
  /** the path of the file each tab looks at, newest first */
  readonly paths: readonly string[]
  /** ISO: since when none of their tabs was touched; absent while one is in use */
  readonly idleSince?: string
}

/** A tab that nobody touched for so long is idle. */
export const IDLE_AFTER_MS = 60_000

export type ImportStatus =
  | { readonly status: 'receiving'; readonly receivedBytes: number; readonly totalBytes: number | null }
  | { readonly status: 'unpacking'; readonly files: number }
  | { readonly status: 'cloning'; readonly percent: number | null; readonly stage: string }
  | {
      readonly status: 'done'
      readonly workspaceId: WorkspaceId
      readonly files: number
      readonly renamed: readonly string[]
    }
  | { readonly status: 'failed'; readonly code: string; readonly message: string }
  | { readonly status: 'cancelled' }

export type EventResult<T = null> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** Somebody with a chat before them; several tabs are one. */
export interface ChatPresence {
  readonly id: string
  readonly name: string
  readonly color: number
  readonly isTyping: boolean
}

/** Browser → server on `/socket.io`; each is acknowledged. Names and permissions are declared in server/events. */
export interface ClientEvents {
  'workspace.join': (
    input: { workspaceId: WorkspaceId },
    done: (r: EventResult<{ people: PresentPerson[] }>) => void,
  ) => void
  'workspace.leave': (input: { workspaceId: WorkspaceId }, done: (r: EventResult) => void) => void
  /** `isIdle`: nobody touched the tab for IDLE_AFTER_MS */
  'presence.look': (
    input: { workspaceId: WorkspaceId; path: string | null; isIdle?: boolean | undefined },
    done: (r: EventResult) => void,
  ) => void
  'import.watch': (input: { importId: ImportId }, done: (r: EventResult<ImportStatus>) => void) => void

  /** Answers the terminals and, until workspace.leave or the end of the right to watch, each change of the list. */
  'terminal.list': (
    input: { workspaceId: WorkspaceId },
    done: (r: EventResult<{ terminals: TerminalInfo[]; isolation: Isolation | null }>) => void,
  ) => void
  /** Starts a shell, and the workspace's agent where it does not run; `folder` is relative, the workspace's by default. */
  'terminal.open': (
    input: { workspaceId: WorkspaceId; size: TerminalSize; name?: string; folder?: string },
    done: (r: EventResult<{ terminalId: TerminalId }>) => void,
  ) => void
  /**
   * Answers the screen; `terminal.output` continues it from its offset. `size` is what fits the reader, which counts
   * only while nobody else types. Attaching again begins anew.
   */
  'terminal.attach': (
    input: { workspaceId: WorkspaceId; terminalId: TerminalId; size: TerminalSize },
    done: (r: EventResult<TerminalScreen>) => void,
  ) => void
  'terminal.detach': (
    input: { workspaceId: WorkspaceId; terminalId: TerminalId },
    done: (r: EventResult) => void,
  ) => void
  /**
   * At most TERMINAL_INPUT_CHARS, taken in the order sent; answered when the shell took it, which paces a long paste.
   * A lone Ctrl-C goes before what still waits, and drops it.
   */
  'terminal.input': (
    input: { workspaceId: WorkspaceId; terminalId: TerminalId; data: string },
    done: (r: EventResult) => void,
  ) => void
  /** What fits this reader now; all see the smallest of those who typed since they attached. */
  'terminal.resize': (
    input: { workspaceId: WorkspaceId; terminalId: TerminalId; size: TerminalSize },
    done: (r: EventResult) => void,
  ) => void
  /** Output up to this offset is on the reader's screen; to be sent at least every TERMINAL_WINDOW_BYTES / 4. */
  'terminal.acknowledge': (
    input: { workspaceId: WorkspaceId; terminalId: TerminalId; offset: number },
    done: (r: EventResult) => void,
  ) => void
  /** Ends the program with all its children and takes the terminal off the list, also one that ended by itself. */
  'terminal.close': (
    input: { workspaceId: WorkspaceId; terminalId: TerminalId },
    done: (r: EventResult) => void,
  ) => void
  'terminal.rename': (
    input: { workspaceId: WorkspaceId; terminalId: TerminalId; name: string },
    done: (r: EventResult) => void,
  ) => void
  /** What the files of the workspace offer to run, read anew each time. */
  'run.list': (input: { workspaceId: WorkspaceId }, done: (r: EventResult<{ runnables: Runnable[] }>) => void) => void
  /** Runs one of them, after documents are on disk, in the idle terminal of its name or a new one. */
  'run.start': (
    input: { workspaceId: WorkspaceId; kind: Runnable['kind']; path: string; name: string; size: TerminalSize },
    done: (r: EventResult<{ terminalId: TerminalId }>) => void,
  ) => void

  /** From now on, until chat.leave or the end of the right to read it: who reads it, and that it changed. */
  'chat.join': (input: { workspaceId: WorkspaceId; chatId: ChatSessionId }, done: (r: EventResult) => void) => void
  'chat.leave': (input: { workspaceId: WorkspaceId; chatId: ChatSessionId }, done: (r: EventResult) => void) => void
  /** In a joined chat: the text of a run from this offset on, as `chat.chunk` until `chat.end`. False: it has ended. */
  'chat.follow': (
    input: { workspaceId: WorkspaceId; chatId: ChatSessionId; runId: AiRunId; offset: number },
    done: (r: EventResult<{ isUnderWay: boolean }>) => void,
  ) => void
  /** To be repeated every few seconds while it is so. */
  'chat.typing': (
    input: { workspaceId: WorkspaceId; chatId: ChatSessionId; isTyping: boolean },
    done: (r: EventResult) => void,
  ) => void
}

/** Server → browser. */
export interface ServerEvents {
  'presence.changed': (input: { workspaceId: WorkspaceId; people: PresentPerson[] }) => void
  'tree.delta': (input: { workspaceId: WorkspaceId; delta: TreeDelta }) => void
  /** the last known tree was replaced; fetch it again */
  'tree.reset': (input: { workspaceId: WorkspaceId; revision: number }) => void
  'file.status': (input: {
    workspaceId: WorkspaceId
    documentId: DocumentId
    status: 'on-disk' | 'writing' | 'failed'
    seq: number
    /** why it failed: a code of shared/errors where it is one */
    message?: string
  }) => void
  /** it came to be known which commit a change came from */
  'history.changed': (event: { workspaceId: WorkspaceId; documentId: DocumentId }) => void
  /** people are to choose between what they and the disk wrote, or no longer: to be fetched again */
  'conflicts.changed': (event: { workspaceId: WorkspaceId; documentId: DocumentId }) => void
  'file.renamed': (input: { workspaceId: WorkspaceId; documentId: DocumentId; from: string; to: string }) => void
  'file.gone': (input: { workspaceId: WorkspaceId; documentId: DocumentId; path: string }) => void
  'agent.changed': (input: {
    workspaceId: WorkspaceId
    status: 'stopped' | 'starting' | 'running' | 'failed'
    /** what its programs can see of this machine; null where none runs */
    isolation?: Isolation | null
  }) => void
  /** disk and documents are kept apart, or together again */
  'files.held': (input: { workspaceId: WorkspaceId; hold: FilesHold | null }) => void
  'role.changed': (input: { workspaceId: WorkspaceId; role: string | null }) => void
  'import.status': (input: { importId: ImportId; status: ImportStatus }) => void
  'guest.joined': (input: { workspaceId: WorkspaceId; guestId: string; name: string }) => void
  /** to those inside who may change roles: a member who only reads wishes to write */
  'edit.asked': (input: { workspaceId: WorkspaceId; userId: UserId; name: string }) => void
  'workspace.gone': (input: { workspaceId: WorkspaceId }) => void
  /** the list as it now is, to those who asked for it */
  'terminal.changed': (input: { workspaceId: WorkspaceId; terminals: TerminalInfo[] }) => void
  /** the next bytes of an attached terminal; `offset` is where the last ones, or the screen, ended */
  'terminal.output': (input: TerminalOutput) => void
  /** replaces all the reader has: it fell behind, or the agent came back; output continues from its offset */
  'terminal.screen': (input: { workspaceId: WorkspaceId; terminalId: TerminalId } & TerminalScreen) => void
  /** all see this size from here on; in order with the output around it */
  'terminal.resized': (input: { workspaceId: WorkspaceId; terminalId: TerminalId; size: TerminalSize }) => void
  /** no more of it comes; after `offline` a `terminal.screen` follows by itself when the agent is back */
  'terminal.detached': (input: { workspaceId: WorkspaceId; terminalId: TerminalId; reason: DetachReason }) => void
  /** the list of chats changed; of private ones only their owner is told */
  'chat.list': (input: { workspaceId: WorkspaceId }) => void
  /** messages or runs of a joined chat changed, or one may no longer read it: fetch it again */
  'chat.changed': (input: { chatId: ChatSessionId }) => void
  'chat.people': (input: { chatId: ChatSessionId; people: readonly ChatPresence[] }) => void
  /** `offset` is where this text begins, in UTF-16 units: what the reader has beyond it is replaced. Acknowledged. */
  'chat.chunk': (
    input: { chatId: ChatSessionId; runId: AiRunId; offset: number; text: string },
    done: () => void,
  ) => void
  'chat.end': (input: { chatId: ChatSessionId; runId: AiRunId }) => void
  /** one was made, or its hunks were decided or undone: fetch it again */
  'suggestion.changed': (input: {
    workspaceId: WorkspaceId
    documentId: DocumentId
    suggestionId: SuggestionId
  }) => void
  /** AI begins to write on a document, or has ended */
  'suggestion.working': (input: { workspaceId: WorkspaceId; ask: AskInfo; isWorking: boolean }) => void
  /** to the tabs of who asked: what AI writes, from `offset` on, in UTF-16 units */
  'suggestion.text': (input: { askId: string; offset: number; text: string }) => void
  /** what a person was told, or has read, has changed: fetch it again */
  'inbox.changed': (input: Record<string, never>) => void
  /** a budget for AI has passed four fifths, or begins to refuse: to those whose work it stops */
  'ai.budgetWarning': (input: { workspaceId: WorkspaceId | null }) => void
  'session.ended': (input: { reason: 'signed-out' | 'suspended' }) => void
}
