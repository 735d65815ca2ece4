import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { TERMINAL_INPUT_CHARS, TERMINAL_INPUT_PARTS, TERMINAL_WINDOW_BYTES } from '#shared/protocol/terminal.ts'
import { agentPids, type Product } from '../support/product.ts'
import { until } from '../support/until.ts'
import { makeWorkspace } from '../support/world.ts'
import { alike, type HostileCase } from './hostile-case.ts'
import { connectTerminals, openTerminal, SIZE } from './terminal-client.ts'

const MIB = 1 << 20
const PASTE_LINE = `${'x'.repeat(63)}\r`
const WATCH_MS = 3_000
const GROWTH_LIMIT_MIB = 64

/** Resident memory of all agents with what is in their sandboxes. */
function agentsMiB(product: Product): number {
  const children = (pid: number): number[] => {
    try {
      return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
    } catch {
      return []
    }
  }
  const family = agentPids(product.dataDir)
  for (const pid of family) family.push(...children(pid))
  const resident = (pid: number): number => {
    try {
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
    } catch {
      return 0
    }
  }
  return family.reduce((sum, pid) => sum + resident(pid), 0) / 1024
}

export const TERMINAL_CASES: readonly HostileCase[] = [
  {
    name: 'columns 0, -5, NaN, 10^9, 1.5, and a word',
    expected: '1 2, 1 2, 24 80, 300 500, 1 2, 24 80',
    async run({ editor, workspaceId }) {
      const client = await connectTerminals(editor, workspaceId)
      const terminalId = await openTerminal(client)
      // No shell's own editing, which is not made for two columns.
      await client.must('terminal.input', { terminalId, data: "sh -c 'while read x; do echo =$(stty size)=; done'\r" })
      const sizes: string[] = []
      for (const cols of [0, -5, Number.NaN, 1e9, 1.5, 'wide']) {
        await client.must('terminal.resize', { terminalId, size: { cols, rows: cols } })
        const from = client.text().length
        await client.must('terminal.input', { terminalId, data: '\r' })
        await client.until(/=\d+ \d+=/, from)
        sizes.push(/=(\d+ \d+)=/.exec(client.text().slice(from))?.[1] ?? '')
      }
      await client.must('terminal.close', { terminalId })
      client.close()
      return sizes.join(', ')
    },
  },
  {
    name: 'a paste of 1 MB in parts, in one message, and without waiting',
    expected: '1048576 bytes arrived; refused; rate_limited',
    async run({ editor, workspaceId }) {
      const client = await connectTerminals(editor, workspaceId)
      const terminalId = await openTerminal(client)
      await client.must('terminal.input', { terminalId, data: 'stty -echo; cat | wc -c; stty echo; echo ov""er\r' })
      const part = PASTE_LINE.repeat(TERMINAL_INPUT_CHARS / PASTE_LINE.length)
      let left = MIB / part.length
      const paste = async (): Promise<void> => {
        while (left-- > 0) await client.must('terminal.input', { terminalId, data: part })
      }
      await Promise.all(Array.from({ length: TERMINAL_INPUT_PARTS }, paste))
      await client.must('terminal.input', { terminalId, data: '\x04' })
      await client.until(/over\r/)
      const arrived = /(\d{5,})\r\n/.exec(client.text())?.[1]

      await client.must('terminal.input', { terminalId, data: 'sleep 1000\r' })
      const flood = await Promise.all(
        Array.from({ length: TERMINAL_INPUT_PARTS * 40 }, () =>
          Promise.race([client.send('terminal.input', { terminalId, data: part }), delay(WATCH_MS, null)]),
        ),
      )
      const codes = new Set(flood.flatMap((answer) => (answer === null || answer.ok ? [] : [answer.code])))
      client.close()
      const other = await connectTerminals(editor, workspaceId)
      await other.must('terminal.close', { terminalId })
      const gone = new Promise<string>((resolve) => other.socket.once('disconnect', () => resolve('refused')))
      const huge = other.send('terminal.input', { terminalId, data: 'x'.repeat(MIB) })
      const whole = await Promise.race([
        gone,
        huge.then(
          ({ ok }) => (ok ? 'taken' : 'refused'),
          () => 'refused',
        ),
      ])
      other.close()
      return `${arrived} bytes arrived; ${whole}; ${alike([...codes])}`
    },
  },
  {
    name: '`yes`, and nobody acknowledges what it prints',
    expected: 'a window of output, memory flat, Ctrl-C heard',
    async run({ editor, workspaceId, product }) {
      const client = await connectTerminals(editor, workspaceId, { isSilent: true })
      const terminalId = await openTerminal(client)
      const before = agentsMiB(product)
      await client.must('terminal.input', { terminalId, data: 'yes\r' })
      await until('a full window', () => client.received() >= TERMINAL_WINDOW_BYTES)
      const most: number[] = []
      for (const end = Date.now() + WATCH_MS; Date.now() < end; await delay(100)) most.push(agentsMiB(product))
      const grownMiB = Math.max(...most) - before
      if (client.received() > TERMINAL_WINDOW_BYTES) return `${client.received()} bytes under way`
      if (grownMiB > GROWTH_LIMIT_MIB) return `the agent grew by ${Math.round(grownMiB)} MiB`
      const heard = await connectTerminals(editor, workspaceId)
      await heard.attach(terminalId)
      await heard.must('terminal.input', { terminalId, data: '\x03' })
      await heard.run(terminalId, ':')
      await heard.must('terminal.close', { terminalId })
      client.close()
      heard.close()
      return 'a window of output, memory flat, Ctrl-C heard'
    },
  },
  {
    name: 'input, size, name and end from a viewer who may watch',
    expected: 'forbidden, nothing arrived',
    async run({ owner, editor, viewer, workspaceId }) {
      await owner.api.terminals.setViewersWatch.mutate({ workspaceId: workspaceId as never, isAllowed: true })
      const client = await connectTerminals(editor, workspaceId)
      const terminalId = await openTerminal(client)
      const watcher = await connectTerminals(viewer, workspaceId)
      await watcher.attach(terminalId)
      const tries = await Promise.all([
        watcher.send('terminal.input', { terminalId, data: 'touch viewer-was-here\r' }),
        watcher.send('terminal.resize', { terminalId, size: { cols: 20, rows: 5 } }),
        watcher.send('terminal.rename', { terminalId, name: 'mine' }),
        watcher.send('terminal.close', { terminalId }),
        watcher.send('terminal.open', { size: SIZE }),
        watcher.send('run.list', {}),
      ])
      const seen = await client.run(terminalId, 'ls viewer-was-here; stty size')
      await watcher.until(/end-1-/)
      await client.must('terminal.close', { terminalId })
      client.close()
      watcher.close()
      await owner.api.terminals.setViewersWatch.mutate({ workspaceId: workspaceId as never, isAllowed: false })
      const arrived = seen.includes('No such file') && seen.includes('50 200') ? 'nothing arrived' : seen
      return `${alike(tries.map((answer) => (answer.ok ? 'ok' : answer.code)))}, ${arrived}`
    },
  },
  {
    name: "another workspace's terminal, a missing one, and names that are no ids",
    expected: 'not_found, as a missing one; bad_request',
    async run({ editor, workspaceId, unique, stranger }) {
      const elsewhere = await makeWorkspace(stranger, unique('Elsewhere'))
      const theirs = await connectTerminals(stranger, elsewhere)
      const foreignId = await openTerminal(theirs)
      const client = await connectTerminals(editor, workspaceId)
      const ask = (id: unknown) =>
        Promise.all(
          ['terminal.attach', 'terminal.input', 'terminal.close', 'terminal.rename'].map(async (name) => {
            const more = { 'terminal.attach': { size: SIZE }, 'terminal.input': { data: 'x' }, 'terminal.close': {} }
            const input = name === 'terminal.rename' ? { name: 'x' } : more[name as keyof typeof more]
            const answer = await client.send(name, { terminalId: id, ...input })
            return answer.ok ? 'ok' : answer.code
          }),
        )
      const foreign = alike(await ask(foreignId))
      const missing = alike(await ask('A'.repeat(22)))
      const wrong = alike((await Promise.all(['../x', 1, null, { $ne: '' }, ''].map(ask))).flat())
      theirs.close()
      client.close()
      return foreign === missing ? `${foreign}, as a missing one; ${wrong}` : `${foreign}, missing ${missing}; ${wrong}`
    },
  },
  {
    name: 'OSC 52 and OSC 8 in what a program prints, and a sequence that never ends',
    expected: 'data for whoever reads, also for who comes late',
    async run({ editor, workspaceId }) {
      const client = await connectTerminals(editor, workspaceId)
      const terminalId = await openTerminal(client)
      const clip = String.raw`\033]52;c;ZXZpbA==\007`
      const link = String.raw`\033]8;;javascript:alert(1)\033\\click\033]8;;\033\\`
      const seen = await client.run(terminalId, `printf '${clip}${link}\\n'`)
      const isData = seen.includes('\x1b]52;c;ZXZpbA==\x07') && seen.includes('\x1b]8;;javascript:alert(1)\x1b\\click')
      // A mebibyte of a string without its end, then its end.
      await client.run(terminalId, String.raw`printf '\033]0;'; head -c 1048576 /dev/zero | tr '\0' A; printf '\007\n'`)
      const late = await connectTerminals(editor, workspaceId)
      await late.attach(terminalId)
      const isWhole = (await late.run(terminalId, 'echo al""ive')).includes('alive')
      await client.must('terminal.close', { terminalId })
      client.close()
      late.close()
      return isData && isWhole ? 'data for whoever reads, also for who comes late' : `changed: ${JSON.stringify(seen)}`
    },
  },
]
