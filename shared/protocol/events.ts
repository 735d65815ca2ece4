import type { TreeDelta } from './agent.ts'
import type { DocumentId, ImportId, UserId, WorkspaceId } from '#shared/ids.ts'

/** One person inside a workspace; several tabs are one (presence counts people, not sockets). */
export interface PresentPerson {
  readonly id: string
  readonly name: string
  readonly color: number
  readonly kind: 'person' | 'guest'
  readonly role: string
  /** the path of the file each tab looks at, newest first */
  readonly paths: readonly string[]
}

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

/** Browser → server on `/socket.io`; each is acknowledged. Names and permissions are declared in server/events. */
export interface ClientEvents {
  'workspace.join': (
    input: { workspaceId: WorkspaceId },
    done: (r: EventResult<{ people: PresentPerson[] }>) => void,
  ) => void
  'workspace.leave': (input: { workspaceId: WorkspaceId }, done: (r: EventResult) => void) => void
  'presence.look': (input: { workspaceId: WorkspaceId; path: string | null }, done: (r: EventResult) => void) => void
  'import.watch': (input: { importId: ImportId }, done: (r: EventResult<ImportStatus>) => void) => void
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
  'file.renamed': (input: { workspaceId: WorkspaceId; documentId: DocumentId; from: string; to: string }) => void
  'file.gone': (input: { workspaceId: WorkspaceId; documentId: DocumentId; path: string }) => void
  'agent.changed': (input: { workspaceId: WorkspaceId; status: 'stopped' | 'starting' | 'running' | 'failed' }) => void
  'role.changed': (input: { workspaceId: WorkspaceId; role: string | null }) => void
  'import.status': (input: { importId: ImportId; status: ImportStatus }) => void
  'guest.joined': (input: { workspaceId: WorkspaceId; guestId: string; name: string }) => void
  /** to those inside who may change roles: a member who only reads wishes to write */
  'edit.asked': (input: { workspaceId: WorkspaceId; userId: UserId; name: string }) => void
  'workspace.gone': (input: { workspaceId: WorkspaceId }) => void
  'session.ended': (input: { reason: 'signed-out' | 'suspended' }) => void
}
