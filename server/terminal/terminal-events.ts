import { z } from 'zod'
import { authorId } from '#shared/access/actor.ts'
import { can } from '#shared/access/can.ts'
import { workspaceId } from '#shared/api/id.ts'
import {
  acknowledgeInput,
  openTerminalInput,
  renameTerminalInput,
  runInput,
  sizedTerminalInput,
  terminalInput,
  typeInput,
} from '#shared/api/terminal.ts'
import { AppError } from '#shared/errors.ts'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { PtyCallName } from '#shared/protocol/pty.ts'
import { type Isolation, type Runnable, TERMINAL_INPUT_PARTS } from '#shared/protocol/terminal.ts'
import { type Sender, type SocketEvent, socketEvent } from '#server/platform/socket-event.ts'
import { newId } from '#server/platform/tokens.ts'
import type { Terminals } from './terminals.ts'

export interface TerminalEventPorts {
  /** has the workspace's agent running */
  requireAgent(workspaceId: WorkspaceId): Promise<void>
  /** the answer's form is checked by who answers */
  call(workspaceId: WorkspaceId, name: PtyCallName, input: object, timeoutMs?: number): Promise<unknown>
  isolation(workspaceId: WorkspaceId): Isolation | null
  /** metadata only, never what was typed or printed */
  record(
    sender: Sender,
    entry: { action: string; workspaceId: WorkspaceId; targetId?: string; details?: Record<string, string> },
  ): Promise<void>
  readonly now: () => number
}

/** Far above what hands can do: no keystroke is ever refused. */
const TYPING_PACE = { perMinute: 60_000, burst: 4_000 }
/** A program may leave its input unread for long. */
const INPUT_TIMEOUT_MS = 30 * 60_000
/** Keys and what a person types ahead; longer parts are of a paste, and wait for their turn. */
const KEYS_CHARS = 64

/** What browsers may do with terminals, each with the permission it takes. */
export function createTerminalEvents(terminals: Terminals, ports: TerminalEventPorts): SocketEvent[] {
  const underWay = new Map<string, number>()

  const requireInside = (sender: Sender): void => {
    // Who is not inside is not judged again when the role changes.
    if (!sender.isInside) throw new AppError('bad_request')
  }

  const opened = (
    sender: Sender,
    at: WorkspaceId,
    terminal: { id: TerminalId; name: string; size: { cols: number; rows: number } },
  ): void =>
    terminals.opened(at, {
      ...terminal,
      title: '',
      root: '',
      folder: null,
      startedBy: authorId(sender.actor) ?? '',
      startedAt: ports.now(),
      state: { status: 'running' },
      isBusy: false,
    })

  const type = async (sender: Sender, input: z.infer<typeof typeInput>): Promise<null> => {
    const { workspaceId: at, terminalId, data } = input
    terminals.typed(sender.socketId, sender.actor, at, terminalId)
    const count = underWay.get(sender.socketId) ?? 0
    if (data.length > KEYS_CHARS && count >= TERMINAL_INPUT_PARTS) throw new AppError('rate_limited')
    underWay.set(sender.socketId, count + 1)
    try {
      await ports.call(at, 'pty.input', { terminalId, data }, INPUT_TIMEOUT_MS)
      return null
    } finally {
      const left = (underWay.get(sender.socketId) ?? 1) - 1
      if (left > 0) underWay.set(sender.socketId, left)
      else underWay.delete(sender.socketId)
    }
  }

  return [
    socketEvent({
      name: 'terminal.list',
      permission: 'workspace.watchTerminals',
      input: z.strictObject({ workspaceId }),
      handle(sender, { workspaceId: at }) {
        requireInside(sender)
        terminals.watch(sender.socketId, at)
        return { terminals: terminals.list(at), isolation: ports.isolation(at) }
      },
    }),
    socketEvent({
      name: 'terminal.open',
      permission: 'workspace.shell',
      input: openTerminalInput,
      isConcurrent: true,
      async handle(sender, { workspaceId: at, size, name, folder }) {
        const terminalId = newId<TerminalId>()
        const startedBy = authorId(sender.actor) ?? ''
        await ports.requireAgent(at)
        await ports.call(at, 'pty.open', { terminalId, name: name ?? null, size, folder: folder ?? '.', startedBy })
        opened(sender, at, { id: terminalId, name: name ?? 'shell', size })
        await ports.record(sender, { action: 'terminal.opened', workspaceId: at, targetId: terminalId })
        return { terminalId }
      },
    }),
    socketEvent({
      name: 'terminal.attach',
      permission: 'workspace.watchTerminals',
      input: sizedTerminalInput,
      isConcurrent: true,
      handle(sender, input) {
        requireInside(sender)
        const mayType = sender.workspace !== null && can(sender.actor, 'workspace.shell', sender.workspace)
        return terminals.attach(sender.socketId, input, mayType)
      },
    }),
    socketEvent({
      name: 'terminal.detach',
      permission: 'workspace.watchTerminals',
      input: terminalInput,
      handle({ socketId }, input) {
        terminals.detach(socketId, input.workspaceId, input.terminalId)
        return null
      },
    }),
    socketEvent({
      name: 'terminal.input',
      permission: 'workspace.shell',
      input: typeInput,
      isConcurrent: true,
      pace: TYPING_PACE,
      handle: type,
    }),
    socketEvent({
      name: 'terminal.resize',
      permission: 'workspace.shell',
      input: sizedTerminalInput,
      handle({ socketId }, input) {
        terminals.resize(socketId, input.workspaceId, input.terminalId, input.size)
        return null
      },
    }),
    socketEvent({
      name: 'terminal.acknowledge',
      permission: 'workspace.watchTerminals',
      input: acknowledgeInput,
      pace: TYPING_PACE,
      handle({ socketId }, input) {
        terminals.acknowledge(socketId, input.workspaceId, input.terminalId, input.offset)
        return null
      },
    }),
    socketEvent({
      name: 'terminal.close',
      permission: 'workspace.shell',
      input: terminalInput,
      isConcurrent: true,
      async handle(sender, { workspaceId: at, terminalId }) {
        terminals.require(at, terminalId)
        await ports.call(at, 'pty.close', { terminalId })
        await ports.record(sender, { action: 'terminal.closed', workspaceId: at, targetId: terminalId })
        return null
      },
    }),
    socketEvent({
      name: 'terminal.rename',
      permission: 'workspace.shell',
      input: renameTerminalInput,
      isConcurrent: true,
      async handle(_, { workspaceId: at, terminalId, name }) {
        terminals.require(at, terminalId)
        await ports.call(at, 'pty.rename', { terminalId, name })
        return null
      },
    }),
    socketEvent({
      name: 'run.list',
      permission: 'workspace.shell',
      input: z.strictObject({ workspaceId }),
      isConcurrent: true,
      async handle(_, { workspaceId: at }) {
        await ports.requireAgent(at)
        return (await ports.call(at, 'run.list', {})) as { runnables: Runnable[] }
      },
    }),
    socketEvent({
      name: 'run.start',
      permission: 'workspace.shell',
      input: runInput,
      isConcurrent: true,
      async handle(sender, { workspaceId: at, ...what }) {
        await ports.requireAgent(at)
        const startedBy = authorId(sender.actor) ?? ''
        const input = { ...what, terminalId: newId<TerminalId>(), startedBy }
        const { terminalId } = (await ports.call(at, 'run.start', input)) as { terminalId: TerminalId }
        opened(sender, at, { id: terminalId, name: what.name.slice(0, 60), size: what.size })
        await ports.record(sender, {
          action: 'terminal.run',
          workspaceId: at,
          targetId: terminalId,
          details: { kind: what.kind },
        })
        return { terminalId }
      },
    }),
  ]
}
