import { setTimeout as delay } from 'node:timers/promises'
import type { FilesHold } from '#shared/api/files.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { VOLUME_CHECK_PATHS } from '#shared/protocol/agent.ts'
import type { Logger } from '#server/platform/log.ts'
import type { AgentIdentity } from './base-store.ts'

/** When more than this part of the known files is gone as an agent starts, the folder may be another, or an emptied one. */
const GONE_SHARE = 0.3
/** Programs that replace files by deleting and making them again are done by then. */
const AGAIN_MS = 500

/** Keeps disk and documents apart where the disk is not what it was, until people decide. */
export interface VolumeGuard {
  /** An agent is here: nothing of its disk is merged before it has been compared with what was known. */
  connected(agent: AgentIdentity): void
  disconnected(agent: AgentIdentity): void
  /** The folder carries another workspace's mark, or none. */
  refused(workspaceId: WorkspaceId): void
  holdOf(workspaceId: WorkspaceId): FilesHold | null
  /** Whether what the agent tells of its tree is what is to be compared with next time. */
  isTrusted(workspaceId: WorkspaceId): boolean
  /** Throws files_held or wrong_volume where nothing may be merged, and what asking the agent throws. */
  require(workspaceId: WorkspaceId): Promise<void>
  /** Compares once more, for somebody put something right. */
  again(workspaceId: WorkspaceId): Promise<FilesHold | null>
  /** People take what is on the disk as it is. Answers what was held; null: nothing is. */
  accept(workspaceId: WorkspaceId): FilesHold | null
  forget(workspaceId: WorkspaceId): void
}

interface Watched {
  generation: number
  hold: FilesHold | null
  /** files that were there when all was well; null: nobody has looked yet since this server started */
  known: readonly string[] | null
  judging: Promise<void> | null
}

/** Evenly chosen, where all would be too many to ask for. */
export function chooseSome(paths: readonly string[], count: number): readonly string[] {
  if (paths.length <= count) return paths
  return Array.from({ length: count }, (_, i) => paths[Math.floor((i * paths.length) / count)]!)
}

export function createVolumeGuard(options: {
  /** the files that were last known to be there, and which generation told of them */
  readKnown: (workspaceId: WorkspaceId) => Promise<{ generation: number | null; files: readonly string[] }>
  countMissing: (workspaceId: WorkspaceId, paths: readonly string[]) => Promise<number>
  onHold: (workspaceId: WorkspaceId, hold: FilesHold | null) => void
  /** disk and documents may be brought together */
  onReleased: (workspaceId: WorkspaceId) => void
  log: Logger
  againMs?: number
}): VolumeGuard {
  const { log, againMs = AGAIN_MS } = options
  const all = new Map<WorkspaceId, Watched>()
  const watchedOf = (id: WorkspaceId): Watched => {
    let watched = all.get(id)
    if (watched === undefined) all.set(id, (watched = { generation: -1, hold: null, known: null, judging: null }))
    return watched
  }

  const setHold = (id: WorkspaceId, watched: Watched, hold: FilesHold | null): void => {
    if (JSON.stringify(watched.hold) === JSON.stringify(hold)) return
    watched.hold = hold
    if (hold !== null) log.warn({ workspaceId: id, ...hold }, 'disk and documents are kept apart until people decide')
    options.onHold(id, hold)
  }

  /** How many of the known files are gone, by a part of them where they are many; null: not too many. */
  const countGone = async (id: WorkspaceId, known: readonly string[]): Promise<number | null> => {
    const asked = chooseSome(known, VOLUME_CHECK_PATHS)
    const isTooMany = (missing: number): boolean => missing > asked.length * GONE_SHARE
    if (!isTooMany(await options.countMissing(id, asked))) return null
    await delay(againMs)
    const missing = await options.countMissing(id, asked)
    return isTooMany(missing) ? Math.round((missing / asked.length) * known.length) : null
  }

  const judge = async (id: WorkspaceId, watched: Watched, generation: number): Promise<void> => {
    if (watched.known === null) {
      // Read before this agent's own tree takes the place of the last one's.
      const kept = await options.readKnown(id)
      watched.known = kept.generation === generation ? [] : kept.files
    }
    const { known } = watched
    const gone = known.length === 0 ? null : await countGone(id, known)
    setHold(id, watched, gone === null ? null : { reason: 'missing', known: known.length, gone })
    if (gone === null) watched.known = null
  }

  const begin = (id: WorkspaceId, watched: Watched): Promise<void> => {
    const { generation } = watched
    const judging = judge(id, watched, generation).finally(() => {
      if (watched.judging === judging) watched.judging = null
    })
    watched.judging = judging
    return judging
  }

  const refusal = (hold: FilesHold): AppError => new AppError(hold.reason === 'missing' ? 'files_held' : 'wrong_volume')

  return {
    connected({ workspaceId, generation }) {
      const watched = watchedOf(workspaceId)
      const isNew = watched.generation !== generation
      watched.generation = generation
      if (!isNew && watched.hold === null && watched.judging === null) return options.onReleased(workspaceId)
      begin(workspaceId, watched)
        .then(() => {
          if (watched.hold === null) options.onReleased(workspaceId)
        })
        .catch((err: unknown) => {
          // Compared when it comes back; until then nothing is merged.
          watched.generation = -1
          log.warn({ err, workspaceId }, 'the disk could not be compared with what was known')
        })
    },
    disconnected({ workspaceId, generation }) {
      const watched = all.get(workspaceId)
      if (watched?.judging != null && watched.generation === generation) watched.generation = -1
    },
    refused: (workspaceId) => setHold(workspaceId, watchedOf(workspaceId), { reason: 'wrong-volume' }),
    holdOf: (workspaceId) => all.get(workspaceId)?.hold ?? null,
    isTrusted(workspaceId) {
      const watched = all.get(workspaceId)
      return watched === undefined || (watched.hold === null && watched.judging === null)
    },
    async require(workspaceId) {
      const watched = watchedOf(workspaceId)
      if (watched.judging !== null) await watched.judging
      else if (watched.generation === -1) throw new AppError('agent_offline')
      if (watched.hold !== null) throw refusal(watched.hold)
    },
    async again(workspaceId) {
      const watched = watchedOf(workspaceId)
      if (watched.hold?.reason !== 'missing') return watched.hold
      await begin(workspaceId, watched)
      if (watched.hold === null) options.onReleased(workspaceId)
      return watched.hold
    },
    accept(workspaceId) {
      const watched = watchedOf(workspaceId)
      const { hold } = watched
      if (hold?.reason !== 'missing') return null
      watched.known = null
      setHold(workspaceId, watched, null)
      options.onReleased(workspaceId)
      return hold
    },
    forget: (workspaceId) => void all.delete(workspaceId),
  }
}
