import type { DocumentId } from '#shared/ids.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type { PtyCalls, PtyEvents } from './pty.ts'

/** Where agents connect by socket.io, apart from browsers; the token goes in the Authorization header, as on `/sync`. */
export const AGENT_PATH = '/agent-socket/'
/** socket.io namespace of agents. */
export const AGENT_NAMESPACE = '/agent'

export interface TreeEntry {
  /** relative, forward slashes, exactly as on the disk */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly size: number
  readonly mtimeMs: number
  /** listed but not descended until opened (.git, node_modules …) */
  readonly isIgnored?: boolean
}

export interface TreeSnapshot {
  readonly revision: number
  readonly entries: readonly TreeEntry[]
}

/** A file or folder, with all that is in it, got another name. */
export interface TreeMove {
  readonly from: string
  readonly to: string
}

export interface TreeDelta {
  readonly fromRevision: number
  readonly revision: number
  readonly upserts: readonly TreeEntry[]
  readonly removes: readonly string[]
  /** what among them is a change of names, to be applied in this order */
  readonly renamed?: readonly TreeMove[]
  /** a program on the disk, or git, did it; absent: people, through the product */
  readonly by?: 'disk' | 'git'
}

/**
 * Both people and the disk wrote over the same words, and the document holds the words of both. The start of the place
 * is a Yjs relative position with assoc 0, the end one with assoc -1.
 */
export interface DiskConflict {
  readonly start: Uint8Array
  readonly end: Uint8Array
  /** what stood there when disk and document last agreed */
  readonly base: string
  /** what people want to stand there */
  readonly document: string
  readonly disk: string
  /** what the merge made of it */
  readonly merged: string
}

/** Beyond these nobody is asked; the texts are in the history all the same. One message holds one conflict. */
export const CONFLICT_LIMITS = { count: 20, textUnits: 64 << 10, anchorBytes: 128 }

export type AgentResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string }

/** `seq`: the moment of the log that the disk holds, with `on-disk`. */
export type FileStatus = {
  readonly documentId: DocumentId
  readonly status: 'on-disk' | 'writing' | 'failed'
  readonly message?: string
  readonly seq?: number
}

/** One message between agent and server stays well under socket.io's limit of 1 MB. */
export const AGENT_CHUNK_BYTES = 512 << 10
export const TREE_PART_ENTRIES = 2_000
/** So many known paths are asked for at most, to learn whether the disk is still what it was. */
export const VOLUME_CHECK_PATHS = 2_000

/** Calls from the server to the agent; each answers by socket.io acknowledgement. Bytes travel as Buffers. */
export interface ServerToAgentEvents extends PtyCalls {
  'files.stat': (
    input: { path: string },
    done: (r: AgentResult<{ entry: TreeEntry; realPath: string }>) => void,
  ) => void
  'files.list': (input: { path: string }, done: (r: AgentResult<{ entries: TreeEntry[] }>) => void) => void
  'files.read': (
    input: { path: string; offset: number; length: number },
    done: (r: AgentResult<{ bytes: Uint8Array; size: number }>) => void,
  ) => void
  'files.create': (
    input: { path: string; kind: 'file' | 'folder' },
    done: (r: AgentResult<{ entry: TreeEntry }>) => void,
  ) => void
  'files.rename': (
    input: { from: string; to: string },
    done: (r: AgentResult<{ moved: { from: string; to: string }[] }>) => void,
  ) => void
  /** moves into the trash of the runtime folder, from which undo brings it back */
  'files.delete': (input: { path: string }, done: (r: AgentResult<{ trashId: string }>) => void) => void
  'files.restore': (input: { trashId: string }, done: (r: AgentResult<{ path: string }>) => void) => void
  /** begins or continues an upload; the last chunk (isLast) puts the file in place by rename */
  'files.upload': (
    input: {
      uploadId: string
      path: string
      offset: number
      bytes: Uint8Array
      isLast: boolean
      ifExists: 'replace' | 'refuse' | 'keep-both'
    },
    done: (r: AgentResult<{ path: string }>) => void,
  ) => void
  'files.upload.abort': (input: { uploadId: string }, done: (r: AgentResult<null>) => void) => void
  /** how many of these are not there: asked before anything is merged */
  'volume.check': (input: { paths: string[] }, done: (r: AgentResult<{ missing: number }>) => void) => void
  /** join this document and keep disk and document together while anybody is in it */
  'documents.attach': (
    input: { documentId: DocumentId; path: string; epoch: number },
    done: (r: AgentResult<{ realPath: string; bom: boolean }>) => void,
  ) => void
  /** makes the file of a document that was deleted from the disk again; path_exists where something else is there */
  'documents.keep': (input: { documentId: DocumentId }, done: (r: AgentResult<null>) => void) => void
  'documents.detach': (input: { documentId: DocumentId }, done: (r: AgentResult<null>) => void) => void
  /** answers when the named documents are on disk, or false after timeoutMs */
  /** this agent was replaced or is no longer needed: write what is open, then end */
  'agent.stop': () => void
  'files.settle': (
    input: { documentIds: DocumentId[] | 'all'; timeoutMs: number },
    done: (r: AgentResult<{ isSettled: boolean }>) => void,
  ) => void
}

/** Streams and calls from the agent to the server. */
export interface AgentToServerEvents extends PtyEvents {
  /** the beginning of a large snapshot of the same revision; `tree.snapshot` brings the rest */
  'tree.part': (part: TreeSnapshot) => void
  'tree.snapshot': (snapshot: TreeSnapshot) => void
  'tree.delta': (delta: TreeDelta) => void
  'file.status': (status: FileStatus) => void
  /** a document's file vanished from or came back to the disk, or was renamed by someone else */
  'file.gone': (input: { documentId: DocumentId }) => void
  'file.renamed': (input: { documentId: DocumentId; path: string }) => void
  /** K1 and K4, kept by the server; the answer comes after COMMIT */
  'base.get': (input: { documentId: DocumentId }, done: (r: AgentResult<FileBaseRecord | null>) => void) => void
  'base.intend': (
    input: { documentId: DocumentId; seq: number; sha256: string },
    done: (r: AgentResult<null>) => void,
  ) => void
  'base.set': (
    input: { documentId: DocumentId; seq: number; sha256: string; lineEndings: string },
    done: (r: AgentResult<null>) => void,
  ) => void
  /**
   * The newest durable text. seq 0: not seeded yet. `text` is null where its UTF-8 has the given SHA-256,
   * which saves sending it.
   */
  'document.head': (
    input: { documentId: DocumentId; sha256: string },
    done: (r: AgentResult<{ seq: number; text: string | null }>) => void,
  ) => void
  /** the file's text, LF only, as UTF-8 in parts: it becomes seq 1 (L2). false: somebody else had seeded it */
  'document.seed': (
    input: { documentId: DocumentId; offset: number; bytes: Uint8Array; isLast: boolean },
    done: (r: AgentResult<{ isSeeded: boolean }>) => void,
  ) => void
  'document.seq': (input: { documentId: DocumentId }, done: (r: AgentResult<{ seq: number }>) => void) => void
  /** what the disk wrote after `fromSeq` up to `toSeq` came from this commit */
  'document.origin': (input: {
    documentId: DocumentId
    fromSeq: number
    toSeq: number
    commit: { hash: string; subject: string }
  }) => void
  /** a merge joined what only a person can choose from; to be said again until it is answered */
  'document.conflict': (
    input: { documentId: DocumentId; conflict: DiskConflict },
    done: (r: AgentResult<null>) => void,
  ) => void
  /** nobody was in it for a while: the agent let it go */
  'document.left': (input: { documentId: DocumentId }) => void
  /** the text of a document as it was at a seq, LF only */
  'base.text': (
    input: { documentId: DocumentId; seq: number },
    done: (r: AgentResult<{ update: Uint8Array }>) => void,
  ) => void
}

export interface FileBaseRecord {
  readonly seq: number
  readonly sha256: string
  readonly intentSeq: number | null
  readonly intentSha256: string | null
  readonly lineEndings: string
}
