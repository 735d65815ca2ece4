import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { PrismaClient } from '#prisma/generated/client.ts'
import type { Actor } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { Isolation } from '#shared/protocol/terminal.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'
import {
  type AgentFolders,
  askToEnd,
  endOrphan,
  findOrphan,
  forgetPid,
  killAgent,
  readNote,
  spawnAgent,
} from './agent-process.ts'
import { createAdoption } from './adopt-agent.ts'
import { type AgentStatus, newSlot, type Slot } from './agent-slot.ts'
import { raiseGeneration, resolveAgent } from './agent-tokens.ts'
import { passOn } from './pass-on.ts'
import type { Sandbox } from './sandbox.ts'

export interface LocalRuntimeOptions {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly folders: { files(id: WorkspaceId): string; runtime(id: WorkspaceId): string }
  /** where agents reach this server, known once it listens */
  readonly serverUrl: () => string
  readonly onStatus: (workspaceId: WorkspaceId, status: AgentStatus) => void
  /** people or open documents need it */
  readonly isBusy: (workspaceId: WorkspaceId) => boolean
  /** its agent outlives this server: terminals run in it, which the next server finds again */
  readonly keepsAtClose?: (workspaceId: WorkspaceId) => boolean
  /** asks an agent that is not our child (a server before us started it) to end */
  readonly sayStop: (workspaceId: WorkspaceId) => void
  /** null: agents run with this server's own rights, which is said plainly wherever a person could care */
  readonly sandbox: Sandbox | null
  readonly log: Logger
  readonly now?: () => number
  /** an agent nobody needs is ended after this */
  readonly lingerMs?: number
  /** an agent that lost its connection and is not back after this hangs, and is ended */
  readonly absentMs?: number
}

export interface LocalRuntime {
  /** what is started now is shut in */
  readonly isIsolated: boolean
  agentStatus(workspaceId: WorkspaceId): AgentStatus
  /** What the programs of a workspace can see of this machine; null where none runs. */
  isolation(workspaceId: WorkspaceId): Isolation | null
  /** Starts the agent where none runs; resolves when it is under way. Also counts as use. */
  start(workspaceId: WorkspaceId): Promise<void>
  stop(workspaceId: WorkspaceId): Promise<void>
  /** null: not an agent's header; anonymous: an agent's token that opens nothing any more */
  resolveAgent(authorization: string | undefined): Promise<Actor | null>
  connected(workspaceId: WorkspaceId, generation: number): void
  disconnected(workspaceId: WorkspaceId, generation: number): void
  /** Ends all agents, each after it wrote what is open. */
  close(): Promise<void>
}

const LINGER_MS = 10 * 60_000
const SWEEP_MS = 15_000
const STOP_GRACE_MS = 6_000
/** An agent whose connection broke is back within moments; stopped or hung, it would never be. */
const ABSENT_MS = 10_000
/** From its start to its first word, also on a machine that has much else to do. */
const START_MS = 60_000
const RETRY_MIN_MS = 200
const RETRY_MAX_MS = 30_000
const FAILURES_MAX = 6

export function createLocalRuntime(options: LocalRuntimeOptions): LocalRuntime {
  const { prisma, control, log, sandbox } = options
  const now = options.now ?? Date.now
  const lingerMs = options.lingerMs ?? LINGER_MS
  const absentMs = options.absentMs ?? ABSENT_MS
  const slots = new Map<WorkspaceId, Slot>()
  let isClosed = false

  const foldersOf = (id: WorkspaceId): AgentFolders => ({
    files: path.resolve(options.folders.files(id)),
    runtime: path.resolve(options.folders.runtime(id)),
  })

  const slotOf = (id: WorkspaceId): Slot => {
    let slot = slots.get(id)
    if (slot === undefined) {
      slot = newSlot(now())
      slots.set(id, slot)
    }
    return slot
  }

  const setStatus = (id: WorkspaceId, slot: Slot, status: AgentStatus): void => {
    if (slot.status === status) return
    slot.status = status
    options.onStatus(id, status)
  }

  /** The folder on the disk must be the one the database means: merging with another's files would destroy both. */
  const checkVolume = async (id: WorkspaceId): Promise<void> => {
    const workspace = await prisma.workspace.findFirst({ where: { id, deletedAt: null }, select: { volumeId: true } })
    if (workspace === null) throw new AppError('not_found')
    const found = await readNote(path.join(foldersOf(id).runtime, 'volume-id'))
    if (found === workspace.volumeId) return
    log.error({ workspaceId: id, isMissing: found === null }, 'the folder of a workspace is not the one it belongs to')
    throw new AppError('wrong_volume')
  }

  const launch = async (id: WorkspaceId, slot: Slot): Promise<void> => {
    await checkVolume(id)
    if (await adoption.adopt(id, slot)) return
    const { generation, token } = await raiseGeneration(prisma, id)
    control.publish({ type: 'agent-replaced', workspaceId: id, generation })
    if (isClosed || slot.isStopping) return
    const folders = foldersOf(id)
    const { child, started } = await spawnAgent({ folders, serverUrl: options.serverUrl(), token, sandbox })
    slot.child = child
    slot.generation = generation
    slot.isolation = sandbox === null ? 'none' : 'bubblewrap'
    if (child.stderr !== null) createInterface(child.stderr).on('line', (line) => passOn(log, id, line))
    child.on('error', (err) => log.error({ err, workspaceId: id }, 'agent could not be started'))
    // What the agent left behind in its sandbox ends with it, and only then is everything closed.
    child.on('exit', () => {
      const clear = (pid: number | null): Promise<void> | void => {
        if (pid !== null) return killAgent(pid, folders)
        // A sandbox left half made would hold it open.
        child.stderr?.destroy()
      }
      // Where it fails, the start fails with it.
      started.then(clear).catch(() => {})
    })
    child.on('close', (code, signal) => ended(id, slot, child, { code, signal }))
    slot.pid = await started
    if ((slot.status as AgentStatus) !== 'running') expectBack(id, slot, START_MS)
    log.info({ workspaceId: id, generation, pid: slot.pid, isolation: slot.isolation }, 'agent started')
  }

  const ended = (id: WorkspaceId, slot: Slot, child: ChildProcess, how: object): void => {
    if (slot.child !== child) return
    slot.child = null
    slot.pid = null
    notAbsent(slot)
    const isWanted = !isClosed && !slot.isStopping && (options.isBusy(id) || now() - slot.lastUsed < lingerMs)
    if (!isWanted) return setStatus(id, slot, 'stopped')
    slot.failures++
    log.warn({ workspaceId: id, failures: slot.failures, ...how }, 'agent ended by itself')
    retryLater(id, slot)
  }

  /** One that stays away is ended with force, which also ends what is stopped; another takes its place. */
  const expectBack = (id: WorkspaceId, slot: Slot, ms: number): void => {
    const { child } = slot
    if (slot.absence !== null) clearTimeout(slot.absence)
    slot.absence = setTimeout(() => {
      slot.absence = null
      if (child === null || slot.child !== child) return
      log.warn({ workspaceId: id, pid: slot.pid }, 'an agent hangs and is ended')
      if (slot.pid === null) child.kill('SIGKILL')
      else void killAgent(slot.pid, foldersOf(id))
    }, ms)
    slot.absence.unref()
  }
  const notAbsent = (slot: Slot): void => {
    if (slot.absence !== null) clearTimeout(slot.absence)
    slot.absence = null
  }

  const retryLater = (id: WorkspaceId, slot: Slot): void => {
    if (slot.failures >= FAILURES_MAX) return setStatus(id, slot, 'failed')
    setStatus(id, slot, 'starting')
    slot.retry = setTimeout(
      () => {
        slot.retry = null
        begin(id, slot).catch((err: unknown) => log.error({ err, workspaceId: id }, 'agent could not be started again'))
      },
      Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (slot.failures - 1)),
    )
  }

  const begin = (id: WorkspaceId, slot: Slot): Promise<void> => {
    slot.starting ??= (async () => {
      if (slot.status !== 'running') setStatus(id, slot, 'starting')
      try {
        await launch(id, slot)
      } catch (error) {
        setStatus(id, slot, 'failed')
        throw error
      } finally {
        slot.starting = null
      }
    })()
    return slot.starting
  }

  const stop = async (id: WorkspaceId): Promise<void> => {
    const slot = slots.get(id)
    if (slot === undefined) return
    slot.isStopping = true
    notAbsent(slot)
    if (slot.retry !== null) clearTimeout(slot.retry)
    slot.retry = null
    await slot.starting?.catch(() => {
      // Told to whoever started it.
    })
    const { child } = slot
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'close')
      const { pid } = slot
      const insist = setTimeout(() => {
        if (pid === null) child.kill('SIGKILL')
        else void killAgent(pid, foldersOf(id))
      }, STOP_GRACE_MS)
      if (pid === null) child.kill('SIGTERM')
      else await askToEnd(pid)
      await gone
      clearTimeout(insist)
    } else if (slot.status === 'running') {
      options.sayStop(id)
      const pid = await findOrphan(foldersOf(id))
      if (pid !== null) await endOrphan(pid, STOP_GRACE_MS)
    }
    await forgetPid(foldersOf(id))
    setStatus(id, slot, 'stopped')
    slots.delete(id)
  }

  const adoption = createAdoption({
    foldersOf,
    sandbox,
    graceMs: STOP_GRACE_MS,
    onStatus: options.onStatus,
    stop,
    log,
  })

  /** Lets go of an agent that is to be found by the next server; alone for a minute, it ends by itself. */
  const release = (id: WorkspaceId): void => {
    const child = slots.get(id)?.child
    child?.stdin?.destroy()
    child?.stderr?.destroy()
    child?.unref()
  }

  const sweep = setInterval(
    () => {
      for (const [id, slot] of slots) {
        if (options.isBusy(id)) slot.lastUsed = now()
        else if (now() - slot.lastUsed >= lingerMs && slot.status !== 'stopped') {
          stop(id).catch((err: unknown) => log.error({ err, workspaceId: id }, 'an idle agent did not end'))
        }
      }
    },
    Math.min(SWEEP_MS, lingerMs),
  )
  sweep.unref()

  return {
    isIsolated: sandbox !== null,
    isolation(id) {
      const slot = slots.get(id)
      return slot === undefined || slot.status === 'stopped' ? null : slot.isolation
    },
    agentStatus: (id) => slots.get(id)?.status ?? 'stopped',
    async start(id) {
      if (isClosed) throw new AppError('unavailable')
      const slot = slotOf(id)
      slot.lastUsed = now()
      if (slot.isStopping) throw new AppError('agent_offline')
      if (slot.status === 'running' || slot.child !== null || slot.retry !== null) return
      if (slot.status === 'failed') slot.failures = 0
      await begin(id, slot)
    },
    stop,
    resolveAgent: (authorization) => resolveAgent(prisma, authorization),
    connected(id, generation) {
      const slot = slotOf(id)
      slot.generation = generation
      slot.failures = 0
      notAbsent(slot)
      setStatus(id, slot, 'running')
      adoption.arrived(id)
      if (slot.child === null && slot.starting === null) {
        adoption
          .judge(id, slot)
          .catch((err: unknown) => log.error({ err, workspaceId: id }, 'an agent could not be judged'))
      }
    },
    disconnected(id, generation) {
      const slot = slots.get(id)
      if (slot === undefined || slot.generation !== generation || slot.status !== 'running') return
      // A child comes back, or its end is told; an adopted one is looked for when somebody next needs it.
      setStatus(id, slot, slot.child === null ? 'stopped' : 'starting')
      if (slot.child !== null) expectBack(id, slot, absentMs)
    },
    async close() {
      isClosed = true
      clearInterval(sweep)
      const kept = [...slots.keys()].filter((id) => options.keepsAtClose?.(id) === true)
      for (const id of kept) release(id)
      await Promise.all([...slots.keys()].filter((id) => !kept.includes(id)).map(stop))
    },
  }
}
