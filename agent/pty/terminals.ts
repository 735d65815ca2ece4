import { mkdirSync } from 'node:fs'
import { AppError } from '#shared/errors.ts'
import type { TerminalId } from '#shared/ids.ts'
import type { AgentTerminal } from '#shared/protocol/pty.ts'
import { MAX_TERMINALS, type TerminalScreen, type TerminalSize } from '#shared/protocol/terminal.ts'
import { createOutputPacer } from './output-pacer.ts'
import { createTerminal, type Terminal } from './terminal.ts'

export interface OpenTerminal {
  readonly terminalId: TerminalId
  readonly name: string | null
  readonly size: TerminalSize
  /** absolute, inside the workspace */
  readonly folder: string
  readonly startedBy: string
}

export interface Terminals {
  list(): AgentTerminal[]
  open(input: OpenTerminal): Terminal
  /** Throws not_found where there is none of this id. */
  get(id: TerminalId): Terminal
  attach(id: TerminalId): TerminalScreen
  close(id: TerminalId): Promise<void>
  /** The server is away: programs run on. */
  detachAll(): void
  /** Ends every terminal with all that was started in it. */
  closeAll(): Promise<void>
}

export interface TerminalsOptions {
  /** where the workspace's files lie */
  readonly root: string
  /** of the shells; made when the first is opened */
  readonly home: string
  readonly path: string
  readonly settle: () => Promise<unknown> | null
  readonly onList: (terminals: AgentTerminal[]) => void
  readonly onOutput: (terminalId: TerminalId, offset: number, bytes: Uint8Array) => void
  readonly onResized: (terminalId: TerminalId, size: TerminalSize) => void
  readonly now?: () => number
}

const LIST_DELAY_MS = 50

/** All terminals of this workspace: the only source of what they print. */
export function createTerminals(options: TerminalsOptions): Terminals {
  const terminals = new Map<TerminalId, Terminal>()
  const pacer = createOutputPacer(options.onOutput)
  let listTimer: NodeJS.Timeout | null = null

  const list = (): AgentTerminal[] => [...terminals.values()].map((terminal) => terminal.info())

  const changed = (): void => {
    listTimer ??= setTimeout(() => {
      listTimer = null
      options.onList(list())
    }, LIST_DELAY_MS)
  }

  const get = (id: TerminalId): Terminal => {
    const found = terminals.get(id)
    if (found === undefined) throw new AppError('not_found')
    return found
  }

  const close = async (id: TerminalId): Promise<void> => {
    const terminal = get(id)
    terminals.delete(id)
    pacer.forget(id)
    changed()
    await terminal.close()
  }

  /** "shell", "shell 2" …: the first that is free. */
  const freeName = (): string => {
    const taken = new Set(list().map(({ name }) => name))
    for (let number = 1; ; number++) {
      const name = number === 1 ? 'shell' : `shell ${number}`
      if (!taken.has(name)) return name
    }
  }

  /** One that ended by itself makes place. */
  const makePlace = (): void => {
    if (terminals.size < MAX_TERMINALS) return
    const ended = list().find(({ state }) => state.status === 'exited')
    if (ended === undefined) throw new AppError('too_large')
    terminals.delete(ended.id)
  }

  return {
    list,
    get,
    close,
    open({ terminalId, name, size, folder, startedBy }) {
      if (terminals.has(terminalId)) throw new AppError('conflict')
      makePlace()
      mkdirSync(options.home, { recursive: true, mode: 0o700 })
      const terminal = createTerminal({
        terminalId,
        folder,
        root: options.root,
        size,
        startedBy,
        name: name ?? freeName(),
        home: options.home,
        path: options.path,
        now: options.now ?? Date.now,
        settle: options.settle,
        onOutput: (offset, bytes) => pacer.push(terminalId, offset, bytes),
        onResized(to) {
          // Readers change their size between the bytes printed before and after.
          pacer.flush(terminalId)
          options.onResized(terminalId, to)
        },
        onChanged: changed,
      })
      terminals.set(terminalId, terminal)
      changed()
      return terminal
    },
    attach(id) {
      const terminal = get(id)
      // The snapshot holds all that was gathered; who reads already still needs it.
      pacer.flush(id)
      return terminal.attach()
    },
    detachAll() {
      for (const [id, terminal] of terminals) {
        pacer.forget(id)
        terminal.detach()
      }
    },
    async closeAll() {
      if (listTimer !== null) clearTimeout(listTimer)
      const all = [...terminals.values()]
      terminals.clear()
      pacer.close()
      await Promise.all(all.map((terminal) => terminal.close()))
    },
  }
}
