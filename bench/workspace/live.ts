import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connectTerminals, openTerminal } from '../../e2e/hostile/terminal-client.ts'
import type { Session } from '../../e2e/support/api.ts'
import { agentPids, prepareProduct, type Product, startProduct } from '../../e2e/support/product.ts'
import { connectSync, type SyncClient } from '../../e2e/support/sync-client.ts'
import { until } from '../../e2e/support/until.ts'
import { makeWorkspace, openFile, putFile, setUpOpen, workspaceFolder } from '../../e2e/support/world.ts'
import { processTree, residentBytes } from '../process-usage.ts'
import type { Figure } from '../report.ts'
import { median, quantile } from '../statistics.ts'
import type { Add } from './add.ts'
import { measurePage } from './terminal-page.ts'
import { measureTerminal } from './terminal.ts'

const FILES = 20_000
const FILES_PER_FOLDER = 100
const DOCUMENTS = 30
const ROUNDS = 60
const MIB = 2 ** 20

const PARTS = { disk: measureDisk, terminal: measureTerminal, page: measurePage, memory: measureMemory }
type Part = keyof typeof PARTS
export const isLivePart = (name: string): name is Part => Object.hasOwn(PARTS, name)

/** The product as it is started, with a colleague's sync client and a terminal: disk, documents, terminals. */
export async function measureLive(parts: readonly Part[]): Promise<Figure[]> {
  const figures: Figure[] = []
  const add: Add = (scenario, metric, value, unit) =>
    void figures.push({ suite: 'workspace', scenario, subject: 'pairloom', metric, value, unit })
  // As `npm start` does: the page is built, and the agent's code without its types.
  if (parts.includes('page') || parts.includes('memory')) await prepareProduct()
  const product = await startProduct({ env: { LOG_LEVEL: 'warn' } })
  try {
    const owner = await setUpOpen(product)
    for (const part of parts) await PARTS[part](product, owner, add)
  } finally {
    await product.stop()
  }
  return figures
}

async function measureDisk(product: Product, owner: Session, add: Add): Promise<void> {
  const workspaceId = await makeWorkspace(owner, 'Disk')
  await putFile(owner, workspaceId, 'a.txt', 'start\n')
  const file = path.join(workspaceFolder(product, workspaceId), 'a.txt')
  const documentId = await openFile(owner, workspaceId, 'a.txt')
  const colleague = await openSync(owner, documentId)
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

  // What Ctrl-S waits for: the answer that what was typed is on the disk, or that it is not so soon.
  const settles: number[] = []
  let late = 0
  for (let i = 0; i < ROUNDS / 3; i++) {
    const word = `saved-${i}.`
    colleague.edit((text) => text.insert(text.length, word))
    await colleague.whenSaved()
    const startedAt = performance.now()
    const { isSettled } = await owner.api.files.settle.mutate({ workspaceId, documentIds: [documentId] })
    settles.push(performance.now() - startedAt)
    if (!isSettled) late++
    else if (!(await isOnDisk(word))) throw new Error('settled, and not on the disk')
    await delay(50)
  }
  add('disk and documents', 'settle, p50', median(settles), 'ms')
  add('disk and documents', 'settle, p99', quantile(settles, 0.99), 'ms')
  add('disk and documents', 'settle, given up after 300 ms', late, 'times')

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
