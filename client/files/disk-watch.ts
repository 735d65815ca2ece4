import type { DocumentSession } from '../sync/document-session.ts'
import { noteDisk } from './disk-notices.ts'
import type { WorkbenchStore } from './state.ts'

type Watched = Pick<DocumentSession, 'documentId' | 'state' | 'durableSeq' | 'subscribe'>

export interface DiskWatch {
  /** what is typed into this document from now on is on no disk until that is told */
  readonly watch: (session: Watched) => void
  /** the agent wrote the document as it was at `seq` */
  readonly reached: (documentId: string, seq: number) => void
  /** writes the document now; true when it is on the disk */
  readonly settle: (documentId: string) => Promise<boolean>
  readonly close: () => void
}

const DISK_CHECK_MS = 3_000

/**
 * "On disk" is said of a text that holds every edit made here. Edits and disk are told of on two connections, so a
 * writing is compared with the seq of the acknowledged edits, not with the moment at which it is heard of.
 */
export function createDiskWatch(
  store: WorkbenchStore,
  askToWrite: (documentId: string) => Promise<{ readonly isSettled: boolean }>,
): DiskWatch {
  const sessions = new Map<string, Watched>()
  const written = new Map<string, number>()
  const checks = new Map<string, ReturnType<typeof setTimeout>>()

  const isMineOnDisk = (session: Watched): boolean => {
    const seq = written.get(session.documentId)
    const { status } = session.state()
    return seq !== undefined && seq >= session.durableSeq() && (status === 'saved' || status === 'read-only')
  }
  const note = (documentId: string): void => noteDisk(store, { documentId, status: 'on-disk' })

  const settle = async (documentId: string): Promise<boolean> => {
    const session = sessions.get(documentId)
    const seqBefore = session?.durableSeq()
    const { isSettled } = await askToWrite(documentId)
    const isStillAll = session?.state().status !== 'saving' && session?.durableSeq() === seqBefore
    if (isSettled && isStillAll) note(documentId)
    return isSettled
  }
  const stopCheck = (documentId: string): void => {
    clearTimeout(checks.get(documentId))
    checks.delete(documentId)
  }
  const look = (session: Watched): void => {
    const { documentId } = session
    const { status } = session.state()
    const isWriting = store.getState().disk[documentId] === 'writing'
    if (status === 'saving' && !isWriting)
      store.setState(({ disk }) => ({ disk: { ...disk, [documentId]: 'writing' } }))
    stopCheck(documentId)
    if (status !== 'saved' || !isWriting) return
    if (isMineOnDisk(session)) return note(documentId)
    const check = (): void =>
      void settle(documentId).catch(() => {
        // A refusal only means that the agent is away, which the status bar shows by itself.
      })
    checks.set(documentId, setTimeout(check, DISK_CHECK_MS))
  }
  return {
    watch: (session) => {
      sessions.set(session.documentId, session)
      session.subscribe(() => look(session))
    },
    reached: (documentId, seq) => {
      written.set(documentId, seq)
      const session = sessions.get(documentId)
      if (session === undefined || isMineOnDisk(session)) note(documentId)
    },
    settle,
    close: () => {
      for (const documentId of checks.keys()) stopCheck(documentId)
    },
  }
}
