import { z } from 'zod'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import type { AgentResult, AgentToServerEvents, DiskConflict, TreeMove } from '#shared/protocol/agent.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import type { Logger } from '#server/platform/log.ts'
import * as forms from './agent-events.ts'
import type { AgentSocket } from './agent-gateway.ts'
import type { AgentIdentity, BaseStore } from './base-store.ts'
import type { DocumentRows } from './document-rows.ts'
import type { NoteOrigin } from './note-origin.ts'
import type { TreeStore } from './tree-store.ts'

/** What the sync engine does for files. */
export interface SyncPort {
  /** null instead of a text that has this SHA-256 */
  readOther(documentId: DocumentId, sha256: string): Promise<{ readonly text: string | null; readonly seq: number }>
  textUpdateAt(documentId: DocumentId, seq: number): Promise<Uint8Array>
  seed(documentId: DocumentId, text: string, userId: string): Promise<'seeded' | 'already'>
}

export type Broadcast = <E extends keyof ServerEvents>(
  workspaceId: WorkspaceId,
  event: E,
  payload: Parameters<ServerEvents[E]>[0],
) => void

const SEED_MAX_BYTES = 6 << 20
/** Seeds begun and not ended, of one agent. */
const SEEDS_MAX_BYTES = 64 << 20

const codeOf = (error: unknown): ErrorCode =>
  error instanceof AppError ? error.code : error instanceof z.ZodError ? 'bad_request' : 'internal'

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0)

/** Answers one agent: its tree goes to the people, its questions to the database and to sync. */
export function serveAgent(options: {
  agent: AgentIdentity
  socket: AgentSocket
  sync: SyncPort
  bases: BaseStore
  rows: DocumentRows
  trees: TreeStore
  broadcast: Broadcast
  onLeft: (documentId: DocumentId) => void
  /** programs gave these other names, in this order */
  onMoved: (moves: readonly TreeMove[]) => Promise<void>
  noteOrigin: NoteOrigin
  noteConflict: (workspaceId: WorkspaceId, documentId: DocumentId, conflict: DiskConflict) => Promise<void>
  /** what people have typed is on the disk */
  onSettled: (workspaceId: WorkspaceId, documentId: DocumentId) => void
  /** for one that sends what no agent of ours sends */
  cutOff: (reason: string) => void
  log: Logger
}): void {
  const { agent, socket, sync, bases, rows, trees, broadcast, log } = options
  const { workspaceId } = agent
  const seeds = new Map<DocumentId, Uint8Array[]>()
  const own = new Set<DocumentId>()
  /** whose files vanished while they were open, until they are back */
  const gone = new Set<DocumentId>()

  /** A document of another workspace is missing, as everywhere. */
  const requireOwn = async (documentId: DocumentId): Promise<void> => {
    if (own.has(documentId)) return
    if (!(await rows.belongs(workspaceId, documentId))) throw new AppError('not_found')
    own.add(documentId)
  }

  const report = (name: string, error: unknown): void => {
    if (error instanceof z.ZodError) options.cutOff(`a malformed ${name}`)
    else if (codeOf(error) === 'internal')
      log.error({ err: error, workspaceId, call: name }, 'an agent could not be answered')
    else log.debug({ workspaceId, call: name, reason: codeOf(error) }, 'agent refused')
  }

  const on = (name: keyof AgentToServerEvents, listener: (input: unknown, done?: unknown) => void): void => {
    // What comes is unknown until its form was checked, whatever the declared types promise.
    ;(socket as unknown as { on(name: string, listener: (input: unknown, done?: unknown) => void): void }).on(
      name,
      listener,
    )
  }

  const call = <T, R>(name: keyof AgentToServerEvents, form: z.ZodType<T>, answer: (input: T) => Promise<R>): void =>
    on(name, (raw, done) => {
      const reply = typeof done === 'function' ? (done as (result: AgentResult<R>) => void) : () => undefined
      const run = async (): Promise<R> => answer(form.parse(raw))
      run().then(
        (value) => reply({ ok: true, value }),
        (error: unknown) => {
          report(name, error)
          reply({ ok: false, code: codeOf(error), message: '' })
        },
      )
    })

  const hear = <T>(
    name: keyof AgentToServerEvents,
    form: z.ZodType<T>,
    act: (input: T) => void | Promise<void>,
  ): void =>
    on(name, (raw) => {
      const run = async (): Promise<void> => act(form.parse(raw))
      run().catch((error: unknown) => report(name, error))
    })

  hear('tree.part', forms.snapshotEvent, (part) => trees.part(workspaceId, part))
  hear('tree.snapshot', forms.snapshotEvent, (last) => {
    broadcast(workspaceId, 'tree.reset', { workspaceId, revision: trees.replace(workspaceId, last, agent.generation) })
  })
  hear('tree.delta', forms.deltaEvent, async (delta) => {
    const applied = trees.apply(workspaceId, delta)
    // Something was missed: the agent sends everything when it comes back.
    if (applied === null) return void socket.conn.close()
    broadcast(workspaceId, 'tree.delta', { workspaceId, delta: applied })
    // What people rename is followed where they asked for it.
    if (delta.by !== undefined && delta.renamed !== undefined) await options.onMoved(delta.renamed)
  })
  hear('file.status', forms.statusEvent, async ({ documentId, status, seq, message }) => {
    await requireOwn(documentId)
    if (status === 'on-disk' && gone.has(documentId)) {
      const row = await rows.find(documentId)
      if (row !== null) await rows.setGone(workspaceId, row.path, false)
      gone.delete(documentId)
    }
    const reason = message === undefined ? {} : { message }
    broadcast(workspaceId, 'file.status', { workspaceId, documentId, status, seq: seq ?? 0, ...reason })
    if (status === 'on-disk') options.onSettled(workspaceId, documentId)
  })
  hear('file.gone', forms.documentEvent, async ({ documentId }) => {
    await requireOwn(documentId)
    const path = await rows.markGone(documentId)
    gone.add(documentId)
    broadcast(workspaceId, 'file.gone', { workspaceId, documentId, path })
  })
  // The agent that has the document open knows it by its inode or its content, also where the tree could not tell.
  hear('file.renamed', forms.renamedEvent, async ({ documentId, path }) => {
    await requireOwn(documentId)
    const from = (await rows.find(documentId))?.path
    if (from !== undefined && from !== path) await options.onMoved([{ from, to: path }])
  })
  hear('document.left', forms.documentEvent, async ({ documentId }) => {
    await requireOwn(documentId)
    options.onLeft(documentId)
  })

  call('document.seq', forms.documentEvent, async ({ documentId }) => {
    await requireOwn(documentId)
    return { seq: (await rows.find(documentId))?.headSeq ?? 0 }
  })
  hear('document.origin', forms.originEvent, async ({ documentId, ...origin }) => {
    await requireOwn(documentId)
    await options.noteOrigin(documentId, origin)
    broadcast(workspaceId, 'history.changed', { workspaceId, documentId })
  })

  call('document.conflict', forms.conflictCall, async ({ documentId, conflict }) => {
    await requireOwn(documentId)
    await options.noteConflict(workspaceId, documentId, conflict)
    return null
  })

  call('document.head', forms.headCall, async ({ documentId, sha256 }) => {
    await requireOwn(documentId)
    return sync.readOther(documentId, sha256)
  })
  call('document.seed', forms.seedCall, async ({ documentId, offset, bytes, isLast }) => {
    await requireOwn(documentId)
    const before = offset === 0 ? [] : (seeds.get(documentId) ?? [])
    if (offset !== sizeOf(before)) throw new AppError('bad_request')
    if (offset + bytes.length > SEED_MAX_BYTES) throw new AppError('too_large')
    const others = [...seeds].reduce((sum, [id, parts]) => (id === documentId ? sum : sum + sizeOf(parts)), 0)
    if (others + offset + bytes.length > SEEDS_MAX_BYTES) throw new AppError('rate_limited')
    const parts = [...before, bytes]
    if (!isLast) {
      seeds.set(documentId, parts)
      return { isSeeded: false }
    }
    seeds.delete(documentId)
    const outcome = await sync.seed(documentId, Buffer.concat(parts).toString('utf8'), `agent:${workspaceId}`)
    return { isSeeded: outcome === 'seeded' }
  })
  call('base.get', forms.documentEvent, ({ documentId }) => bases.get(agent, documentId))
  call('base.intend', forms.intendCall, async (input) => {
    await bases.intend(agent, input)
    return null
  })
  call('base.set', forms.setCall, async (input) => {
    await bases.set(agent, input)
    return null
  })
  call('base.text', forms.textCall, async ({ documentId, seq }) => {
    await requireOwn(documentId)
    return { update: await sync.textUpdateAt(documentId, seq) }
  })
}
