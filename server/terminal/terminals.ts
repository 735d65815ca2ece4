import { z } from 'zod'
import { type Actor, authorId } from '#shared/access/actor.ts'
import { can, type Resource } from '#shared/access/can.ts'
import { AppError } from '#shared/errors.ts'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import type { AgentTerminal, PtyCallName } from '#shared/protocol/pty.ts'
import { type TerminalInfo, type TerminalScreen, type TerminalSize, TYPING_MS } from '#shared/protocol/terminal.ts'
import type { Logger } from '#server/platform/log.ts'
import { listEvent, outputEvent, resizedEvent } from './agent-forms.ts'
import { createSharedTerminal, type SharedTerminal } from './shared-terminal.ts'

/** A connected agent, as far as terminals need it. */
export interface AgentLink {
  on(name: string, listener: (input: unknown) => void): unknown
  emit(name: string, input: unknown): unknown
}

export interface TerminalsPorts {
  /** Throws the agent's AppError, or agent_offline; the answer's form is checked. */
  call(workspaceId: WorkspaceId, name: PtyCallName, input: object, timeoutMs?: number): Promise<unknown>
  toSocket<E extends keyof ServerEvents>(socketId: string, event: E, payload: Parameters<ServerEvents[E]>[0]): void
  readonly log: Logger
  readonly now: () => number
}

interface Room {
  agent: AgentLink | null
  terminals: readonly AgentTerminal[]
  readonly shared: Map<TerminalId, SharedTerminal>
  readonly watchers: Set<string>
  /** who typed, and when */
  readonly typing: Map<TerminalId, Map<string, number>>
  timer: NodeJS.Timeout | null
  usedAt: number
}

const LIST_DELAY_MS = 100
/** Shells that nobody touched for so long hold no agent any more. */
const FORGOTTEN_MS = 12 * 3_600_000

export type Terminals = ReturnType<typeof createTerminals>

/** The terminals of all workspaces as this server sees them: lists, readers, who types. The agents hold the rest. */
export function createTerminals(ports: TerminalsPorts) {
  const { toSocket, log, now } = ports
  const rooms = new Map<WorkspaceId, Room>()

  const roomOf = (workspaceId: WorkspaceId): Room => {
    let room = rooms.get(workspaceId)
    if (room === undefined) {
      const parts = { shared: new Map(), watchers: new Set<string>(), typing: new Map() }
      room = { agent: null, terminals: [], ...parts, timer: null, usedAt: now() }
      rooms.set(workspaceId, room)
    }
    return room
  }

  const listOf = (room: Room): TerminalInfo[] =>
    room.terminals.map(({ id, name, size, title, root, folder, startedBy, startedAt, state }) => ({
      ...{ id, name, size, title, root, folder, startedBy, startedAt, state },
      typing: [...(room.typing.get(id) ?? [])].sort(([, a], [, b]) => b - a).map(([person]) => person),
    }))

  const forgetTyping = (room: Room): number => {
    let soonest = Infinity
    for (const people of room.typing.values()) {
      for (const [id, at] of people) {
        if (now() - at >= TYPING_MS) people.delete(id)
        else soonest = Math.min(soonest, at + TYPING_MS)
      }
    }
    return soonest
  }

  /** Tells the list after a while, and again when somebody's typing is over. */
  const changed = (workspaceId: WorkspaceId, room: Room, delayMs = LIST_DELAY_MS): void => {
    if (room.timer !== null) return
    room.timer = setTimeout(() => {
      room.timer = null
      const soonest = forgetTyping(room)
      const terminals = listOf(room)
      for (const socketId of room.watchers) toSocket(socketId, 'terminal.changed', { workspaceId, terminals })
      if (soonest !== Infinity) changed(workspaceId, room, Math.max(LIST_DELAY_MS, soonest - now()))
    }, delayMs)
    room.timer.unref()
  }

  const drop = (room: Room, terminalId: TerminalId, reason: 'closed' | 'lost'): void => {
    room.shared.get(terminalId)?.tell(reason)
    room.shared.delete(terminalId)
    room.typing.delete(terminalId)
  }

  const sharedOf = (workspaceId: WorkspaceId, room: Room, terminalId: TerminalId): SharedTerminal => {
    const found = room.shared.get(terminalId)
    if (found !== undefined) return found
    let size: TerminalSize | null = null
    const made = createSharedTerminal({
      workspaceId,
      terminalId,
      toSocket,
      fetchScreen: async () => (await ports.call(workspaceId, 'pty.attach', { terminalId })) as TerminalScreen,
      acknowledge: (offset) => void room.agent?.emit('pty.acknowledge', { terminalId, offset }),
      resize(to) {
        if (size?.cols === to.cols && size.rows === to.rows) return
        size = to
        room.agent?.emit('pty.resize', { terminalId, size: to })
      },
      onError(error) {
        if (!(error instanceof AppError)) log.error({ err: error, workspaceId }, 'a reader could not be caught up')
      },
    })
    room.shared.set(terminalId, made)
    return made
  }

  const requireTerminal = (workspaceId: WorkspaceId, terminalId: TerminalId): Room => {
    const room = rooms.get(workspaceId)
    if (!room?.terminals.some(({ id }) => id === terminalId)) throw new AppError('not_found')
    return room
  }

  const detach = (room: Room, terminalId: TerminalId, socketId: string): void => {
    const shared = room.shared.get(terminalId)
    if (!shared?.hasReader(socketId)) return
    shared.detach(socketId)
    if (shared.readerCount() > 0) return
    room.shared.delete(terminalId)
    room.agent?.emit('pty.detach', { terminalId })
  }

  const leave = (socketId: string, workspaceId: WorkspaceId): void => {
    const room = rooms.get(workspaceId)
    if (room === undefined) return
    room.watchers.delete(socketId)
    for (const terminalId of room.shared.keys()) detach(room, terminalId, socketId)
  }

  return {
    list(workspaceId: WorkspaceId): TerminalInfo[] {
      const room = rooms.get(workspaceId)
      return room === undefined ? [] : listOf(room)
    },
    watch: (socketId: string, workspaceId: WorkspaceId) => void roomOf(workspaceId).watchers.add(socketId),
    /** Throws not_found, exactly as for a terminal of another workspace. */
    require: (workspaceId: WorkspaceId, terminalId: TerminalId): void => void requireTerminal(workspaceId, terminalId),
    /** A terminal just opened is known before the agent's list tells of it. */
    opened(workspaceId: WorkspaceId, terminal: AgentTerminal): void {
      const room = roomOf(workspaceId)
      if (room.terminals.some(({ id }) => id === terminal.id)) return
      room.terminals = [...room.terminals, terminal]
      changed(workspaceId, room)
    },
    async attach(
      socketId: string,
      at: { workspaceId: WorkspaceId; terminalId: TerminalId; size: TerminalSize },
      mayType: boolean,
    ): Promise<TerminalScreen> {
      const room = requireTerminal(at.workspaceId, at.terminalId)
      const shared = sharedOf(at.workspaceId, room, at.terminalId)
      let screen: TerminalScreen | null
      try {
        screen = await shared.attach(socketId, at.size, mayType)
      } catch (error) {
        detach(room, at.terminalId, socketId)
        throw error
      }
      if (screen === null) throw new AppError('cancelled')
      return screen
    },
    detach(socketId: string, workspaceId: WorkspaceId, terminalId: TerminalId): void {
      const room = rooms.get(workspaceId)
      if (room !== undefined) detach(room, terminalId, socketId)
    },
    acknowledge(socketId: string, workspaceId: WorkspaceId, terminalId: TerminalId, offset: number): void {
      rooms.get(workspaceId)?.shared.get(terminalId)?.acknowledge(socketId, offset)
    },
    resize(socketId: string, workspaceId: WorkspaceId, terminalId: TerminalId, size: TerminalSize): void {
      requireTerminal(workspaceId, terminalId).shared.get(terminalId)?.fits(socketId, size)
    },
    typed(socketId: string, actor: Actor, workspaceId: WorkspaceId, terminalId: TerminalId): void {
      const room = requireTerminal(workspaceId, terminalId)
      room.usedAt = now()
      room.shared.get(terminalId)?.typed(socketId)
      const people = room.typing.get(terminalId) ?? new Map<string, number>()
      room.typing.set(terminalId, people)
      const id = authorId(actor)
      if (id === null) return
      const isNew = !people.has(id)
      people.set(id, now())
      if (!isNew) return
      // Told at once, though the end of somebody else's typing may be waited for.
      if (room.timer !== null) clearTimeout(room.timer)
      room.timer = null
      changed(workspaceId, room)
    },
    /** What a person may was judged anew: takes from their socket what they no longer may. */
    judged(
      socketId: string,
      actor: Actor,
      workspaceId: WorkspaceId,
      resource: Extract<Resource, { type: 'workspace' }> | null,
    ): void {
      const room = rooms.get(workspaceId)
      if (room === undefined) return
      const mayWatch = resource !== null && can(actor, 'workspace.watchTerminals', resource)
      const mayType = resource !== null && can(actor, 'workspace.shell', resource)
      for (const [terminalId, shared] of room.shared) {
        if (!shared.hasReader(socketId)) continue
        if (mayWatch) shared.mayType(socketId, mayType)
        else toSocket(socketId, 'terminal.detached', { workspaceId, terminalId, reason: 'forbidden' })
      }
      if (!mayWatch) leave(socketId, workspaceId)
    },
    left(socketId: string, workspaceId: WorkspaceId | null): void {
      if (workspaceId !== null) leave(socketId, workspaceId)
      else for (const id of rooms.keys()) leave(socketId, id)
    },
    /** Running programs keep their workspace's agent. */
    hasLive(workspaceId: WorkspaceId): boolean {
      const room = rooms.get(workspaceId)
      if (room === undefined || room.agent === null) return false
      const running = room.terminals.filter(({ state }) => state.status === 'running')
      if (running.some(({ isBusy }) => isBusy)) return true
      return running.length > 0 && now() - room.usedAt < FORGOTTEN_MS
    },
    agentConnected(workspaceId: WorkspaceId, agent: AgentLink, cutOff: (reason: string) => void): void {
      const room = roomOf(workspaceId)
      room.agent = agent
      let isKnown = false
      const hear = <T>(name: string, form: z.ZodType<T>, act: (input: T) => void): void =>
        void agent.on(name, (raw) => {
          const input = form.safeParse(raw)
          if (!input.success) cutOff(`a malformed ${name}`)
          else if (room.agent === agent) act(input.data)
        })
      hear('pty.list', listEvent, ({ terminals }) => {
        const before = room.terminals
        room.terminals = terminals
        const ids = new Set(terminals.map(({ id }) => id))
        // What an agent does not bring along at its start ended with the one before.
        for (const { id } of before) if (!ids.has(id)) drop(room, id, isKnown ? 'closed' : 'lost')
        if (!isKnown) for (const shared of room.shared.values()) shared.renew()
        isKnown = true
        changed(workspaceId, room)
      })
      hear('pty.output', outputEvent, ({ terminalId, offset, bytes }) => {
        room.usedAt = now()
        room.shared.get(terminalId)?.output(offset, bytes)
      })
      hear('pty.resized', resizedEvent, ({ terminalId, size }) => room.shared.get(terminalId)?.resized(size))
    },
    agentGone(workspaceId: WorkspaceId): void {
      const room = rooms.get(workspaceId)
      if (room === undefined) return
      room.agent = null
      for (const shared of room.shared.values()) shared.tell('offline')
    },
    close(): void {
      for (const room of rooms.values()) if (room.timer !== null) clearTimeout(room.timer)
    },
  }
}
