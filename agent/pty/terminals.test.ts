import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import headless from '@xterm/headless'
import serialize from '@xterm/addon-serialize'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TerminalId } from '#shared/ids.ts'
import { PTY_WINDOW_BYTES } from '#shared/protocol/pty.ts'
import type { TerminalScreen, TerminalSize } from '#shared/protocol/terminal.ts'
import { processesOf } from './foreground.ts'
import { createTerminals, type Terminals } from './terminals.ts'

const id = 'terminal' as TerminalId
const size: TerminalSize = { cols: 80, rows: 24 }
let root: string
let terminals: Terminals
let output: { offset: number; bytes: Uint8Array }[]
let listeners: (() => void)[]
let settled: (() => Promise<unknown>) | null

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'pairloom-pty-'))
  output = []
  listeners = []
  settled = null
  const heard = (): void => listeners.forEach((listener) => listener())
  terminals = createTerminals({
    root,
    home: path.join(root, 'home'),
    path: '/usr/local/bin:/usr/bin:/bin',
    settle: () => settled?.() ?? null,
    onList: heard,
    onOutput(_, offset, bytes) {
      output.push({ offset, bytes })
      heard()
    },
    onResized: heard,
  })
})
afterEach(async () => {
  await terminals.closeAll()
  await rm(root, { recursive: true, force: true })
})

const open = () => terminals.open({ terminalId: id, name: null, size, folder: root, startedBy: 'mina' })
const text = (): string => Buffer.concat(output.map(({ bytes }) => bytes)).toString('utf8')
const until = (isTrue: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (!isTrue()) return
      listeners = listeners.filter((listener) => listener !== check)
      resolve()
    }
    listeners.push(check)
    check()
  })
/** Reads all that comes as soon as it comes. */
const readOn = (): void => {
  listeners.push(() => {
    const last = output.at(-1)
    if (last && terminals.list().length > 0) terminals.get(id).acknowledge(last.offset + last.bytes.length)
  })
}

/** What a reader sees who began with this screen. */
async function assembled(from: TerminalScreen): Promise<string> {
  const terminal = new headless.Terminal({ ...from.size, scrollback: 5_000, allowProposedApi: true })
  const serializer = new serialize.SerializeAddon()
  terminal.loadAddon(serializer)
  terminal.write(from.screen)
  let next = from.offset
  for (const { offset, bytes } of output) {
    if (offset + bytes.length <= next) continue
    expect(offset).toBeLessThanOrEqual(next)
    terminal.write(bytes.subarray(next - offset))
    next = offset + bytes.length
  }
  return new Promise((resolve) => terminal.write('', () => resolve(serializer.serialize())))
}

describe('a shared terminal', () => {
  it('runs a login shell in the folder, with colours and UTF-8, at the size asked for', async () => {
    const terminal = open()
    terminals.attach(id)
    readOn()
    await terminal.input('echo "<$TERM $LANG $PWD 한글>"; stty size\r')
    await until(() => text().includes('24 80'))
    expect(text()).toContain(`<xterm-256color C.UTF-8 ${root} 한글>`)
  })

  it('says where the shell is, from the root of the workspace on', async () => {
    const terminal = open()
    terminals.attach(id)
    readOn()
    const folder = () => terminals.list()[0]?.folder
    expect(terminals.list()[0]).toMatchObject({ root, folder: '' })
    await terminal.input('mkdir -p a/한글 && cd a/한글\r')
    await until(() => folder() === 'a/한글')
    await terminal.input('cd /\r')
    await until(() => folder() === null)
  })

  it('gives a late reader the screen, and then exactly the bytes that follow', async () => {
    const terminal = open()
    const early = terminals.attach(id)
    readOn()
    await terminal.input('for i in $(seq 1 3000); do printf "\\e[3%dm줄 %d\\e[0m\\n" $((i%8)) $i; done; echo en""d\r')
    const joined: TerminalScreen[] = []
    listeners.push(() => {
      joined.push(terminals.attach(id))
    })
    await until(() => text().includes('\nend'))
    terminals.attach(id)
    const wanted = await assembled(early)
    expect(joined.length).toBeGreaterThan(0)
    for (const screen of joined.slice(-8)) expect((await assembled(screen)).split('\r\n')).toEqual(wanted.split('\r\n'))
  })

  it('begins a late reader in the middle of an escape sequence with its beginning', async () => {
    const terminal = open()
    terminals.attach(id)
    readOn()
    await terminal.input(
      String.raw`stty -echo; clear; printf 'plain \033[3'; read -s x; printf '1m\162ed\033[0m\n'` + '\r',
    )
    await until(() => text().endsWith('plain \x1b[3'))
    const screen = terminals.attach(id)
    await terminal.input('\r')
    await until(() => text().includes('red'))
    const seen = await assembled(screen)
    expect(seen).toContain('\x1b[31mred')
    expect(seen).not.toContain('1mred\n')
  })

  it('pauses a program whose output nobody acknowledges, and still obeys Ctrl-C', async () => {
    const terminal = open()
    terminals.attach(id)
    await terminal.input('yes\r')
    await until(() => text().length >= PTY_WINDOW_BYTES)
    const full = terminals.attach(id).offset
    expect(full).toBeLessThan(3 * PTY_WINDOW_BYTES)
    await terminal.input('\x03')
    readOn()
    terminal.acknowledge(full)
    await terminal.input('echo fin""ished\r')
    await until(() => text().includes('finished'))
  })

  it('drains the output of a program nobody watches', async () => {
    const terminal = open()
    terminals.attach(id)
    await until(() => output.length > 0)
    terminal.detach()
    await terminal.input('seq 1 200000; exit 3\r')
    await until(() => terminals.list()[0]?.state.status === 'exited')
    expect(terminals.list()[0]?.state).toEqual({ status: 'exited', code: 3, signal: null })
    const after = terminals.attach(id)
    expect(after.offset).toBeGreaterThan(1_000_000)
    expect(after.screen).toContain('200000')
  })

  it('waits for the documents before an Enter, and keeps the order of what was typed', async () => {
    let release: (() => void) | undefined
    const terminal = open()
    terminals.attach(id)
    readOn()
    await until(() => output.length > 0)
    settled = () => new Promise<void>((resolve) => (release = resolve))
    const enter = terminal.input('echo on""e\r')
    const later = terminal.input('echo tw""o')
    expect(text()).not.toContain('one')
    release?.()
    settled = null
    await enter
    await later
    await terminal.input('\r')
    await until(() => text().includes('two\r\n'))
    expect(text().indexOf('one')).toBeLessThan(text().indexOf('two'))
  })

  it('ends all that was started in it, also what left its session', async () => {
    const terminal = open()
    terminals.attach(id)
    readOn()
    await terminal.input('setsid sleep 1000 & sleep 1001 & sleep 1002 & echo start""ed\r')
    await until(() => text().includes('started'))
    await until(() => processesOf(terminal.shellPid, id).length >= 4)
    await terminals.close(id)
    expect(processesOf(terminal.shellPid, id)).toEqual([])
    expect(terminals.list()).toEqual([])
  })

  it('takes no answers of browsers to the questions that programs ask', async () => {
    const terminal = open()
    terminals.attach(id)
    readOn()
    // The agent may answer before `read -s` has turned the echo off: off before the question, or the answer is echoed.
    await terminal.input(
      String.raw`stty -echo; printf '\033[c'; IFS= read -r -d c answer; stty echo; printf '<%q>' "$answer"` + '\r',
    )
    await until(() => text().includes('<$'))
    await terminal.input('\x1b[?1;2c')
    await terminal.input('echo don""e\r')
    await until(() => text().includes('done'))
    expect(text()).not.toContain('1;2c')
  })
})
