import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connectTerminals, openTerminal } from '../../e2e/hostile/terminal-client.ts'
import type { Session } from '../../e2e/support/api.ts'
import { agentPids, type Product, startProduct } from '../../e2e/support/product.ts'
import { connectSync, type SyncClient } from '../../e2e/support/sync-client.ts'
import { until } from '../../e2e/support/until.ts'
import { makeWorkspace, openFile, putFile, setUpOpen, workspaceFolder } from '../../e2e/support/world.ts'
import { processTree, residentBytes } from '../process-usage.ts'
import type { Figure } from '../report.ts'
import { median, quantile } from '../statistics.ts'

const FILES = 20_000
const FILES_PER_FOLDER = 100
const DOCUMENTS = 30
const ROUNDS = 60
const ECHOES = 200
const STREAM_BYTES = 50_000_000
const MIB = 2 ** 20

type Add = (scenario: string, metric: string, value: number, unit: string) => void

/** The product as it is started, with a colleague's sync client and a terminal: disk, documents, terminals. */
export async function measureLive(): Promise<Figure[]> {
  const figures: Figure[] = []
  const add: Add = (scenario, metric, value, unit) =>
    void figures.push({ suite: 'workspace', scenario, subject: 'pairloom', metric, value, unit })
  const product = await startProduct({ env: { LOG_LEVEL: 'warn' } })
  try {
    const owner = await setUpOpen(product)
    await measureDisk(product, owner, add)
    await measureTerminal(product, owner, add)
    await measureMemory(product, owner, add)
  } finally {
    await product.stop()
  }
  return figures
}

const agentBytes = (product: Product): number =>
  Math.max(...agentPids(product.dataDir).flatMap(processTree).map(residentBytes))

async function measureDisk(product: Product, owner: Session, add: Add): Promise<void> {
  const workspaceId = await makeWorkspace(owner, 'Disk')
  await putFile(owner, workspaceId, 'a.txt', 'start\n')
  const file = path.join(workspaceFolder(product, workspaceId), 'a.txt')
  const colleague = await openSync(owner, await openFile(owner, workspaceId, 'a.txt'))
  const isOnDisk = async (word: string) => (await readFile(file, 'utf8')).includes(word)
  const toColleague: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const word = `disk-${i}.`
    const startedAt = performance.now()
    await appendFile(file, `${word}\n`)
    await colleague.whenText((text) => text.includes(word))
    toColleague.push(performance.now() - startedAt)
    await delay(50)
  }
  add('disk and documents', 'disk change at a colleague, p50', median(toColleague), 'ms')
  add('disk and documents', 'disk change at a colleague, p99', quantile(toColleague, 0.99), 'ms')

  const toDisk: number[] = []
  for (let i = 0; i < ROUNDS / 3; i++) {
    const word = `typed-${i}.`
    for (const key of word) {
      colleague.edit((text) => text.insert(text.length, key))
      await delay(10)
    }
    const startedAt = performance.now()
    await until('what was typed on the disk', () => isOnDisk(word), { everyMs: 2 })
    toDisk.push(performance.now() - startedAt)
  }
  add('disk and documents', 'typed, on the disk after the last key, p50', median(toDisk), 'ms')
  add('disk and documents', 'typed, on the disk after the last key, p99', quantile(toDisk, 0.99), 'ms')

  // What Enter in a terminal waits for: from the key to the file that the command reads.
  const terminal = await connectTerminals(owner, workspaceId)
  const terminalId = await openTerminal(terminal)
  await terminal.run(terminalId, 'stty -echo')
  const settled: number[] = []
  for (let i = 0; i < ROUNDS / 3; i++) {
    const word = `settled-${i}.`
    colleague.edit((text) => text.insert(text.length, word))
    await colleague.whenSaved()
    const from = terminal.text().length
    const startedAt = performance.now()
    await terminal.must('terminal.input', { terminalId, data: `grep -c ${word} a.txt\r` })
    await terminal.until(/\r?(0|1)\r\n/, from)
    settled.push(performance.now() - startedAt)
    if (!(await isOnDisk(word))) throw new Error('the command ran before what was typed was on the disk')
  }
  add('disk and documents', 'command sees what was typed (settle and run), p50', median(settled), 'ms')
  add('disk and documents', 'command sees what was typed (settle and run), p99', quantile(settled, 0.99), 'ms')
  await terminal.must('terminal.close', { terminalId })
  terminal.close()
  colleague.close()
}

async function measureTerminal(product: Product, owner: Session, add: Add): Promise<void> {
  const workspaceId = await makeWorkspace(owner, 'Terminal')
  const client = await connectTerminals(owner, workspaceId)
  const terminalId = await openTerminal(client)
  await client.run(terminalId, 'PS1=; bind "set enable-bracketed-paste off"')
  const echoes: number[] = []
  for (let i = 0; i < ECHOES; i++) {
    const from = client.text().length
    const key = String.fromCodePoint(97 + (i % 26))
    const startedAt = performance.now()
    void client.must('terminal.input', { terminalId, data: key })
    await client.until(new RegExp(key), from)
    echoes.push(performance.now() - startedAt)
  }
  add('terminal', 'echo, p50', median(echoes), 'ms')
  add('terminal', 'echo, p99', quantile(echoes, 0.99), 'ms')
  await client.must('terminal.input', { terminalId, data: '\x03' })

  const pids = () => ({ server: residentBytes(product.pid), agent: agentBytes(product) })
  const before = pids()
  const most = { ...before }
  const watch = setInterval(() => {
    const now = pids()
    most.server = Math.max(most.server, now.server)
    most.agent = Math.max(most.agent, now.agent)
  }, 100)
  const received = client.received()
  const startedAt = performance.now()
  await client.must('terminal.input', { terminalId, data: `yes 0123456789abcdef | head -c ${STREAM_BYTES}\r` })
  await until('all of the stream', () => client.received() - received >= STREAM_BYTES, { timeoutMs: 120_000 })
  const seconds = (performance.now() - startedAt) / 1_000
  clearInterval(watch)
  add('terminal', '50 MB through it', STREAM_BYTES / MIB / seconds, 'MiB/s')
  add('terminal', '50 MB through it, growth of the server', (most.server - before.server) / MIB, 'MiB')
  add('terminal', '50 MB through it, growth of the agent', (most.agent - before.agent) / MIB, 'MiB')

  const stops: number[] = []
  for (let i = 0; i < 10; i++) {
    const begun = client.received()
    await client.must('terminal.input', { terminalId, data: 'yes\r' })
    await until('yes runs', () => client.received() - begun > 1_000_000)
    const from = client.text().length
    const pressedAt = performance.now()
    void client.must('terminal.input', { terminalId, data: '\x03' })
    await client.until(/\^C/, from)
    stops.push(performance.now() - pressedAt)
  }
  add('terminal', 'Ctrl-C while `yes` runs, p50', median(stops), 'ms')
  add('terminal', 'Ctrl-C while `yes` runs, most', Math.max(...stops), 'ms')
  await client.must('terminal.close', { terminalId })
  client.close()
}

async function measureMemory(product: Product, owner: Session, add: Add): Promise<void> {
  const workspaceId = await makeWorkspace(owner, 'Large')
  const folder = workspaceFolder(product, workspaceId)
  for (let at = 0; at < FILES; at += FILES_PER_FOLDER) {
    const inner = path.join(folder, `folder-${at}`)
    await mkdir(inner, { recursive: true })
    const names = Array.from({ length: FILES_PER_FOLDER }, (_, i) => path.join(inner, `file-${at + i}.ts`))
    await Promise.all(names.map((name) => writeFile(name, 'export const a = 1\n'.repeat(50))))
  }
  const before = new Set(agentPids(product.dataDir))
  const clients: SyncClient[] = []
  for (let i = 0; i < DOCUMENTS; i++)
    clients.push(await openSync(owner, await openFile(owner, workspaceId, `folder-0/file-${i}.ts`)))
  for (const client of clients) {
    client.edit((text) => text.insert(0, '// edited\n'))
    await client.whenSaved()
  }
  await delay(3_000)
  const [pid = -1] = agentPids(product.dataDir).filter((one) => !before.has(one))
  const bytes = Math.max(...processTree(pid).map(residentBytes))
  add(`agent of ${FILES} files with ${DOCUMENTS} documents`, 'memory', bytes / MIB, 'MiB')
  for (const client of clients) client.close()
}

async function openSync(session: Session, documentId: string): Promise<SyncClient> {
  const client = await connectSync(session, documentId)
  await client.whenSynced()
  return client
}
