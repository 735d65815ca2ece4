import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { AgentResult } from '#shared/protocol/agent.ts'
import type { PtyCalls } from '#shared/protocol/pty.ts'
import { TERMINAL_NAME_CHARS } from '#shared/protocol/terminal.ts'
import { quote } from '../run/quote.ts'
import { commandOf, findRunnable, folderOf, listRunnables, type RunFiles } from '../run/runnables.ts'
import type { AgentSocket } from '../server-link.ts'
import { workingFolder } from './foreground.ts'
import type { Terminal } from './terminal.ts'
import { createTerminals, type Terminals } from './terminals.ts'

/** A shell that says nothing at its start is typed into all the same. */
const PROMPT_MS = 1_000
/** To the end of the line and away with it: what somebody left at the prompt is not run. */
const EMPTY_LINE = '\x05\x15'

export interface ServeTerminalsOptions {
  readonly socket: AgentSocket
  readonly root: string
  readonly home: string
  readonly path: string
  readonly files: RunFiles & { stat(path: string): Promise<{ entry: { kind: string }; realPath: string }> }
  /** null where every document is on the disk */
  readonly settle: () => Promise<unknown> | null
  readonly onError: (error: unknown) => void
}

/** Answers the server's calls about terminals, and tells it what they print. */
export function serveTerminals(options: ServeTerminalsOptions): Terminals {
  const { socket, root, files } = options
  const terminals = createTerminals({
    root,
    home: options.home,
    path: options.path,
    settle: options.settle,
    // What is missed while away comes with the list and the screens after the return.
    onList: (list) => void (socket.connected && socket.emit('pty.list', { terminals: list })),
    onOutput: (terminalId, offset, bytes) =>
      void (socket.connected && socket.emit('pty.output', { terminalId, offset, bytes })),
    onResized: (terminalId, size) => void (socket.connected && socket.emit('pty.resized', { terminalId, size })),
  })

  const absolute = async (folder: string): Promise<string> => {
    const { entry, realPath } = await files.stat(folder)
    if (entry.kind !== 'folder') throw new AppError('not_a_file')
    return path.join(root, realPath)
  }

  const idleOf = (name: string): Terminal | null => {
    const found = terminals.list().find((one) => one.name === name && one.state.status === 'running' && !one.isBusy)
    return found === undefined ? null : terminals.get(found.id)
  }

  const start: Handler<'run.start'> = async (input) => {
    const runnable = await findRunnable(files, input)
    if (runnable === null) throw new AppError('path_not_found')
    const folder = folderOf(root, runnable)
    const command = await commandOf(files, runnable)
    const name = runnable.name.slice(0, TERMINAL_NAME_CHARS)
    for (const { id, name: other, state } of terminals.list()) {
      if (other === name && state.status === 'exited') await terminals.close(id)
    }
    const { terminalId, size, startedBy } = input
    const idle = idleOf(name)
    const terminal = idle ?? terminals.open({ terminalId, name, size, folder, startedBy })
    if (idle === null) await Promise.race([terminal.whenPrinted(), delay(PROMPT_MS)])
    const isThere = workingFolder(terminal.shellPid) === folder
    await terminal.input(`${EMPTY_LINE}${isThere ? '' : `cd -- ${quote(folder)} && `}${command}\r`)
    return { terminalId: terminal.info().id }
  }

  const handlers: { [N in keyof PtyCalls]: Handler<N> } = {
    'pty.open': async ({ folder, ...input }) => {
      terminals.open({ ...input, folder: await absolute(folder) })
      return null
    },
    'pty.attach': async ({ terminalId }) => terminals.attach(terminalId),
    'pty.detach': async ({ terminalId }) => terminals.get(terminalId).detach(),
    'pty.input': async ({ terminalId, data }) => {
      await terminals.get(terminalId).input(data)
      return null
    },
    'pty.resize': async ({ terminalId, size }) => terminals.get(terminalId).resize(size),
    'pty.acknowledge': async ({ terminalId, offset }) => terminals.get(terminalId).acknowledge(offset),
    'pty.close': async ({ terminalId }) => {
      await terminals.close(terminalId)
      return null
    },
    'pty.rename': async ({ terminalId, name }) => {
      terminals.get(terminalId).rename(name)
      return null
    },
    'run.list': async () => ({ runnables: await listRunnables(files) }),
    'run.start': start,
  }

  for (const [name, handle] of Object.entries(handlers)) {
    // The library's own type cannot follow a name that is generic.
    const on = socket as unknown as { on(name: string, listener: (input: never, done?: Done) => void): void }
    on.on(name, (input, done) => answer(handle as (input: never) => Promise<unknown>, input, done))
  }

  function answer(handle: (input: never) => Promise<unknown>, input: never, done: Done | undefined): void {
    handle(input).then(
      (value) => done?.({ ok: true, value }),
      (error: unknown) => {
        if (error instanceof AppError) return done?.({ ok: false, code: error.code, message: error.message })
        options.onError(error)
        return done?.({ ok: false, code: 'internal', message: '' })
      },
    )
  }

  socket.on('connect', () => void socket.emit('pty.list', { terminals: terminals.list() }))
  socket.on('disconnect', () => terminals.detachAll())
  return terminals
}

type Done = (result: AgentResult<unknown>) => void
type AnswerOf<N extends keyof PtyCalls> =
  Parameters<PtyCalls[N]> extends [unknown, (r: infer R) => void]
    ? Extract<R, { ok: true }>['value' & keyof Extract<R, { ok: true }>]
    : void
type Handler<N extends keyof PtyCalls> = (input: Parameters<PtyCalls[N]>[0]) => Promise<AnswerOf<N>>

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
