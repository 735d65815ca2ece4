import * as Y from 'yjs'
import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import { CONFLICT_LIMITS, type DiskConflict, type FileBaseRecord } from '#shared/protocol/agent.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { splitLines } from '#shared/text-diff.ts'
import type { ServerCalls } from '../server-calls.ts'
import type { DocumentReplica } from '../sync/document-replica.ts'
import { addsOnly, nearestVersion } from './nearest.ts'
import type { FileText } from './text-file.ts'
import type { StoredVersion, VersionStore } from './version-store.ts'

const MAX_VERSIONS = 20
/** Of so many versions beyond these it is remembered that they were there: git and backups bring them back. */
const MAX_WERE_THERE = 1_000
/** UTF-16 units of text kept in memory for versions, beyond the last two. */
const MAX_UNITS = 4 << 20
const MAX_ADDED_BYTES = 8 << 20

/** A version of the file; its text is fetched when it is needed. */
export interface Version extends StoredVersion {
  readonly text: string | null
}

/** The versions of one file that its document's past holds (K1, K3): written by us, or by others and merged. */
export interface Past {
  /**
   * Takes up what an agent before us left, with the server's base; what had been merged and perhaps not sent goes into
   * the document. Answers which version the disk was last known to hold, where `disk` is what it holds now. `waits`: is
   * the new file of a write still where it was made? null: nobody knows.
   */
  restore(
    base: FileBaseRecord | null,
    disk: FileText,
    waits: (sha256: string) => Promise<boolean | null>,
  ): Promise<Version>
  has(sha256: string): boolean
  /** The log's text at `seq` is, or is about to be, on the disk. `isPrepared`: by a rename of a file that waits for it. */
  wrote(seq: number, file: FileText, options?: { isPrepared: boolean }): Promise<Version>
  /** The server knows of the write, and tells of it until it is agreed. */
  intended(version: Version): void
  /**
   * Brings what others wrote over `last` into the document; both sides' work survives (K2). `isAside`: it is on the
   * disk no more, since we have written over it.
   */
  bring(theirs: FileText, last: Version, options?: { isAside: boolean }): Promise<Version>
  /** A program put `version` back that we had replaced, knowing nothing of what replaced it. */
  returned(version: Version): Promise<Version>
  agreed(seq: number, sha256: string): void
  /** Tells the server of conflicts that it could not be told of when they arose. */
  tellConflicts(): Promise<void>
}

const shortHash = (sha256: string): string => sha256.slice(0, 16)

/** A write that is intended before anything was ever agreed leaves a base of nothing. */
const keyOf = (base: { readonly seq: number; readonly sha256: string } | null): string =>
  base === null || base.sha256 === '' ? '' : `${base.seq}:${base.sha256}`

export function createPast(options: {
  documentId: DocumentId
  epoch: number
  calls: ServerCalls
  store: VersionStore
  replica: DocumentReplica
}): Past {
  const { documentId, epoch, calls, store, replica } = options
  let versions: Version[] = []
  let baseKey = ''
  let onDisk: string | null = null
  /** a write that was intended and never agreed: whatever became of it, `onDisk` was there later */
  let overcome: string | null = null
  /** the writes since disk and document last agreed whose new files were made before they were intended */
  let prepared: readonly string[] = []
  /** the one that the server still tells of */
  let left: string | null = null
  let wereThere: readonly string[] = []
  let conflicts: readonly DiskConflict[] = []

  const add = (version: Version): Version => {
    versions = [...versions.filter(({ sha256 }) => sha256 !== version.sha256), version].slice(-MAX_VERSIONS)
    const short = shortHash(version.sha256)
    wereThere = [...wereThere.filter((other) => other !== short), short].slice(-MAX_WERE_THERE)
    let units = 0
    let bytes = 0
    const kept = versions.toReversed().filter(({ text, added, differs }, i) => {
      units += text?.length ?? 0
      bytes += added.reduce((sum, update) => sum + update.length, differs?.length ?? 0)
      return i < 2 || (units <= MAX_UNITS && bytes <= MAX_ADDED_BYTES)
    })
    versions = kept.toReversed()
    return version
  }

  const save = (): Promise<void> =>
    store.write(documentId, {
      epoch,
      baseKey,
      onDisk,
      overcome: overcome ?? undefined,
      prepared,
      wereThere,
      versions: versions.map((version) => ({ ...version, text: undefined })),
      conflicts,
    })

  /** After the merge is in the log, since their places are in it. */
  const tellConflicts = async (): Promise<void> => {
    for (const conflict of conflicts) {
      try {
        await calls.conflict(documentId, conflict)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        // Told with the next write; but one that is refused for what it is will never be taken.
        if (error.code !== 'bad_request') return
      }
      conflicts = conflicts.filter((other) => other !== conflict)
    }
  }

  const textOf = (logged: Uint8Array, { added }: StoredVersion): string => {
    const doc = new Y.Doc()
    for (const update of [logged, ...added]) Y.applyUpdate(doc, update)
    return doc.getText(TEXT_NAME).toJSON()
  }

  /** Null where the history of that moment is gone; anything else that fails must stop the merge. */
  const stateOf = async (version: Version): Promise<Uint8Array | null> => {
    try {
      return await calls.baseState(documentId, version.seq)
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return null
      throw error
    }
  }

  const indexOf = ({ sha256 }: StoredVersion): number => versions.findIndex((version) => version.sha256 === sha256)

  type Loaded = Version & { readonly text: string }
  const load = async (version: Version): Promise<Loaded | null> => {
    if (version.text !== null) return { ...version, text: version.text }
    const logged = await stateOf(version)
    if (logged === null) return null
    const loaded = { ...version, text: version.differs ?? textOf(logged, version) }
    versions = versions.map((other) => (other.sha256 === version.sha256 ? loaded : other))
    return loaded
  }

  const nearest = async (disk: FileText, last: Version, isAside: boolean): Promise<Loaded> => {
    const start = await load(last)
    const known: Loaded[] = []
    // Who still writes into a file that we replaced had read it, or what was there before: nothing that came since.
    const candidates = isAside ? versions.slice(0, indexOf(last) + 1) : versions
    for (const version of candidates) {
      const loaded = version.sha256 === last.sha256 ? start : await load(version)
      // What was aside may have been read before it was replaced. Taken for the start where it was not, it must not
      // make anything of it deleted: so only for what adds to it.
      const isUnlikely = version.isAside && version.sha256 !== last.sha256
      if (loaded !== null && !(isUnlikely && !addsOnly(loaded.text, disk.text))) known.push(loaded)
    }
    const first = start ?? known.at(-1)
    if (first === undefined) throw new AppError('conflict', 'No common past of this file and its document is known.')
    if (wereThere.includes(shortHash(disk.sha256))) return first
    return nearestVersion(known, first, disk, replica.text())
  }

  /** The moments that had lines of `theirs` which `from` had not and the document has no more: as they were, at least. */
  const momentsOf = async (theirs: string, from: Loaded): Promise<Uint8Array[][]> => {
    const here = new Set([...splitLines(from.text), ...splitLines(replica.text())])
    const missing = splitLines(theirs).filter((line) => !here.has(line))
    const moments: Uint8Array[][] = []
    for (const version of missing.length === 0 ? [] : versions) {
      if (version.sha256 === from.sha256) continue
      const lines = new Set(splitLines((await load(version))?.text ?? ''))
      const state = missing.some((line) => lines.has(line)) ? await stateOf(version) : null
      if (state !== null) moments.push([state, ...version.added])
    }
    return moments
  }

  return {
    async restore(base, disk, waits) {
      const stored = await store.read(documentId)
      const own = stored?.epoch === epoch ? stored : null
      const first: Version = { seq: Math.max(1, base?.seq ?? 1), sha256: base?.sha256 ?? '', added: [], text: null }
      baseKey = keyOf(base)
      onDisk = own?.baseKey === baseKey ? own.onDisk : null
      overcome = (onDisk === null ? null : own?.overcome) ?? null
      left = base?.intentSeq == null ? null : keyOf({ seq: base.intentSeq, sha256: base.intentSha256 ?? '' })
      prepared = own?.prepared ?? []
      wereThere = own?.wereThere ?? []
      conflicts = own?.conflicts ?? []
      versions = (own?.versions ?? []).map((version) => ({ ...version, text: null }))
      if (!versions.some(({ sha256 }) => sha256 === first.sha256)) versions = [first, ...versions]
      for (const { added } of versions) replica.apply(added, 'disk')
      await replica.whenSaved()
      await tellConflicts()
      const before = versions.find(({ sha256 }) => sha256 === onDisk) ?? first
      // Made and perhaps never told of: asked for so that they are known, and removed with the next write.
      for (const key of prepared) if (key !== left) await waits(key.slice(key.indexOf(':') + 1))
      if (base?.intentSeq == null || base.intentSha256 === null) return before
      const isWaiting = await waits(base.intentSha256)
      if (overcome === left) return before
      const isWritten = isWaiting === false && left !== null && prepared.includes(left)
      if (disk.sha256 === before.sha256 && !isWritten) return before
      // Written since, and recorded by nobody: an agent after the one that wrote it was cut off in its own write.
      const since = versions.slice(indexOf(before) + 1).find(({ sha256 }) => sha256 === disk.sha256)
      if (since !== undefined && since.sha256 !== base.intentSha256) return since
      if (isWaiting === true && disk.sha256 !== base.intentSha256) return before
      const intent = add({ seq: base.intentSeq, sha256: base.intentSha256, added: [], text: null })
      if (disk.sha256 === intent.sha256 || isWritten) return intent
      // Nobody saw whether the write that was cut off came to its end before somebody else wrote.
      const [a, b] = [await load(before), await load(intent)]
      return a === null || b === null ? (a ?? b ?? before) : nearestVersion([a, b], b, disk, replica.text())
    },
    has: (sha256) => versions.some((version) => version.sha256 === sha256),
    async wrote(seq, file, { isPrepared } = { isPrepared: false }) {
      if (isPrepared) prepared = [...prepared, keyOf({ seq, sha256: file.sha256 })].slice(-MAX_VERSIONS)
      if (overcome === keyOf({ seq, sha256: file.sha256 })) overcome = null
      const version = add({ seq, sha256: file.sha256, added: [], text: file.text })
      await save()
      return version
    },
    intended(version) {
      left = keyOf(version)
    },
    async bring(theirs, last, { isAside } = { isAside: false }) {
      const from = await nearest(theirs, last, isAside)
      // Brought back to the byte: what of it still stands in the document is not to be put in again.
      const again = versions.find(({ sha256 }) => sha256 === theirs.sha256 && sha256 !== from.sha256)
      const state = await stateOf(from)
      if (state === null) throw new AppError('conflict', 'No common past of this file and its document is known.')
      const standing = again === undefined ? null : await stateOf(again)
      const logged = standing === null ? [state] : [state, standing]
      const added = standing === null ? from.added : [...from.added, ...(again?.added ?? [])]
      const seen = again === undefined ? { seen: from.text } : {}
      const elsewhere = await momentsOf(theirs.text, from)
      const { updates, text, conflicts: joined } = replica.plan({ logged, added, ...seen, elsewhere }, theirs.text)
      const before = { versions, onDisk, overcome, wereThere, conflicts }
      const seq = Math.max(from.seq, again?.seq ?? 0)
      const differs = text === theirs.text ? undefined : theirs.text
      const merged = { seq, sha256: theirs.sha256, added: [...added, ...updates], text: theirs.text }
      const version = add({ ...merged, differs, isAside: isAside || undefined })
      if (!isAside) [onDisk, overcome] = [theirs.sha256, left]
      conflicts = [...conflicts, ...joined].slice(-CONFLICT_LIMITS.count)
      try {
        await save()
      } catch (error) {
        ;({ versions, onDisk, overcome, wereThere, conflicts } = before)
        throw error
      }
      replica.apply(updates, 'disk')
      await replica.whenSaved()
      await tellConflicts()
      return version
    },
    async returned(version) {
      add(version)
      ;[onDisk, overcome] = [version.sha256, left]
      await save()
      return version
    },
    tellConflicts,
    agreed(seq, sha256) {
      baseKey = keyOf({ seq, sha256 })
      prepared = []
      onDisk = overcome = left = null
    },
  }
}
