import { execFile } from 'node:child_process'
import { lstat, mkdir, readdir, readFile, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import type { DocumentId } from '#shared/ids.ts'
import { processTree, residentBytes } from '../../bench/process-usage.ts'
import { connectSync } from '../support/sync-client.ts'
import { until } from '../support/until.ts'
import { makeWorkspace, openFile, workspaceFolder } from '../support/world.ts'
import { alike, type HostileCase } from './hostile-case.ts'
import type { Premises } from './premises.ts'
import { codeOf, describeAnswer } from './refusal.ts'
import { connectTerminals } from './terminal-client.ts'

const run = promisify(execFile)
const MIB = 2 ** 20
const MANY_FILES = 100_000
const MANY_PER_FOLDER = 1_000
const SWAPS = 150
const MOUNT_NEEDS = 'mounting needs root on Linux: sudo npm run test:hostile -- --only disk'

interface FileStatus {
  readonly documentId: string
  readonly status: string
  readonly message?: string
}

/** One person in a workspace of their own, with a document open and an ear for what the page is told of the disk. */
interface Desk {
  readonly workspaceId: string
  readonly folder: string
  open(file: string): Promise<Awaited<ReturnType<typeof connectSync>> & { readonly documentId: string }>
  /** the last that was told of this document: its status, or why it failed */
  told(documentId: string): string
  whenTold(documentId: string, what: string, timeoutMs?: number): Promise<void>
  onDisk(file: string): Promise<string>
  agentPid(): Promise<number>
  close(): void
}

async function sitDown(
  { owner, product, unique }: Premises,
  prepare: (folder: string) => Promise<void>,
): Promise<Desk> {
  const workspaceId = await makeWorkspace(owner, unique('Disk'))
  const folder = workspaceFolder(product, workspaceId)
  await prepare(folder)
  const page = await connectTerminals(owner, workspaceId)
  const last = new Map<string, string>()
  page.socket.on('file.status', ({ documentId, status, message }: FileStatus) => {
    // Another try is under way; what the last one failed with still stands, as the page says it.
    if (status !== 'writing') last.set(documentId, status === 'failed' ? (message ?? 'failed') : status)
  })
  page.socket.on('file.gone', ({ documentId }: FileStatus) => last.set(documentId, 'gone'))
  await page.must('workspace.join', {})
  const told = (documentId: string): string => last.get(documentId) ?? 'nothing'
  const open: { close(): void }[] = []
  return {
    workspaceId,
    folder,
    told,
    async open(file) {
      const documentId = await openFile(owner, workspaceId, file)
      const client = await connectSync(owner, documentId)
      await client.whenSynced()
      open.push(client)
      return Object.assign(client, { documentId })
    },
    whenTold: async (documentId, what, timeoutMs = 20_000) =>
      void (await until(`${what} is told, not ${told(documentId)}`, () => told(documentId) === what, { timeoutMs })),
    onDisk: (file) => readFile(path.join(folder, file), 'utf8').catch(() => ''),
    agentPid: async () => Number(await readFile(path.join(folder, '../runtime/agent.pid'), 'utf8').catch(() => '0')),
    close() {
      for (const client of open) client.close()
      page.close()
    },
  }
}

const typeInto = async (client: Awaited<ReturnType<Desk['open']>>, word: string): Promise<void> => {
  client.edit((text) => text.insert(text.length, word))
  await client.whenSaved()
}

/** A small disk of its own under the workspace's files; false where this user may not mount. */
async function mountSmall(folder: string): Promise<boolean> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=755', 'tmpfs', folder])
    return true
  } catch {
    return false
  }
}

/** Runs with a small disk, which is let go whatever happens. */
async function onSmallDisk(premises: Premises, use: (desk: Desk) => Promise<string>): Promise<string> {
  let isMounted = false
  const desk = await sitDown(premises, async (folder) => {
    isMounted = await mountSmall(folder)
    if (isMounted) await writeFile(path.join(folder, 'a.txt'), 'one\n')
  })
  try {
    return isMounted ? await use(desk) : MOUNT_NEEDS
  } finally {
    desk.close()
    if (isMounted) await run('umount', ['--lazy', desk.folder])
  }
}

export const DISK_CASES: readonly HostileCase[] = [
  {
    name: 'a disk that is full while somebody types, and has room again',
    expected: 'told disk_full, kept, then all of it on the disk',
    timeoutMs: 60_000,
    run: (premises) =>
      onSmallDisk(premises, async (desk) => {
        const client = await desk.open('a.txt')
        const filler = path.join(desk.folder, 'filler')
        await writeFile(filler, 'x'.repeat(MIB)).catch(() => 'full')
        await typeInto(client, 'typed on a full disk\n')
        await desk.whenTold(client.documentId, 'disk_full')
        const isKept = client.text() === 'one\ntyped on a full disk\n' && (await desk.onDisk('a.txt')) === 'one\n'
        await rm(filler)
        await typeInto(client, 'and after\n')
        await desk.whenTold(client.documentId, 'on-disk')
        const text = await desk.onDisk('a.txt')
        const isWhole = text === client.text() && text === 'one\ntyped on a full disk\nand after\n'
        // For a moment the file that was replaced stays beside the new one.
        await until('nothing is left beside it', async () => (await readdir(desk.folder)).join() === 'a.txt')
        return `told disk_full, ${isKept ? 'kept' : 'lost'}, then ${isWhole ? 'all of it on the disk' : JSON.stringify(text)}`
      }),
  },
  {
    name: 'a disk that turns read-only while somebody types',
    expected: 'told disk_read_only, kept, then all of it on the disk',
    timeoutMs: 60_000,
    run: (premises) =>
      onSmallDisk(premises, async (desk) => {
        const client = await desk.open('a.txt')
        await run('mount', ['-o', 'remount,ro', desk.folder])
        await typeInto(client, 'typed on a read-only disk\n')
        await desk.whenTold(client.documentId, 'disk_read_only')
        const isKept = client.text().includes('typed') && (await desk.onDisk('a.txt')) === 'one\n'
        await run('mount', ['-o', 'remount,rw', desk.folder])
        await desk.whenTold(client.documentId, 'on-disk')
        const text = await desk.onDisk('a.txt')
        return `told disk_read_only, ${isKept ? 'kept' : 'lost'}, then ${text === client.text() && text.includes('typed') ? 'all of it on the disk' : text}`
      }),
  },
  {
    name: 'a folder swapped for a link that leads out, again and again, while its file is written',
    expected: 'outside untouched, nothing lost',
    timeoutMs: 60_000,
    async run(premises) {
      const outside = path.join(premises.product.dataDir, premises.unique('outside'))
      await mkdir(outside)
      await writeFile(path.join(outside, 'a.txt'), 'outside\n')
      const desk = await sitDown(premises, async (folder) => {
        await mkdir(path.join(folder, 'dir'))
        await writeFile(path.join(folder, 'dir/a.txt'), 'one\n')
      })
      const client = await desk.open('dir/a.txt')
      const dir = path.join(desk.folder, 'dir')
      for (let i = 0; i < SWAPS; i++) {
        client.edit((text) => text.insert(text.length, `<${i}>\n`))
        await rename(dir, `${dir}-aside`)
        await symlink(outside, dir)
        await delay(i % 20)
        await unlink(dir)
        await rename(`${dir}-aside`, dir)
        await delay(i % 7)
      }
      await client.whenSaved()
      const isWhole = await until(
        'all is on the disk',
        async () => (await desk.onDisk('dir/a.txt')) === client.text(),
        {
          timeoutMs: 20_000,
        },
      ).catch(() => false)
      const isUntouched =
        (await readFile(path.join(outside, 'a.txt'), 'utf8')) === 'outside\n' && (await readdir(outside)).length === 1
      const counts = Array.from({ length: SWAPS }, (_, i) => client.text().split(`<${i}>`).length - 1)
      desk.close()
      return `outside ${isUntouched ? 'untouched' : 'written'}, ${isWhole && alike(counts) === '1' ? 'nothing lost' : `${isWhole ? '' : 'not on the disk, '}each ${alike(counts)} times`}`
    },
  },
  {
    name: '100,000 files made at once while somebody types',
    expected: '100,000 files in the tree, what was typed is on the disk',
    // The tree as it is kept, and as it was when it was sent.
    growthLimitMiB: 192,
    timeoutMs: 180_000,
    async run(premises) {
      const { owner } = premises
      const desk = await sitDown(premises, (folder) => writeFile(path.join(folder, 'a.txt'), 'one\n'))
      const client = await desk.open('a.txt')
      const make = async (): Promise<void> => {
        const script = `import { mkdirSync, writeFileSync } from 'node:fs'
for (let at = 0; at < ${MANY_FILES}; at += ${MANY_PER_FOLDER}) {
  mkdirSync('many/' + at, { recursive: true })
  for (let i = 0; i < ${MANY_PER_FOLDER}; i++) writeFileSync('many/' + at + '/' + i + '.ts', '')
}`
        await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: desk.folder })
      }
      const making = make()
      for (let i = 0; i < 20; i++) {
        await typeInto(client, `<${i}>`)
        await delay(50)
      }
      await making
      await until('what was typed is on the disk', async () => (await desk.onDisk('a.txt')) === client.text(), {
        timeoutMs: 30_000,
      })
      const count = async (): Promise<number> => {
        const headers = { 'accept-encoding': 'gzip' }
        const { bytes } = await owner.send(`/api/workspaces/${desk.workspaceId}/tree`, { headers })
        return gunzipSync(bytes).toString().split('.ts"').length - 1
      }
      await until('all files in the tree', async () => (await count()) === MANY_FILES, {
        timeoutMs: 90_000,
        everyMs: 1_000,
      })
      desk.close()
      return `${MANY_FILES.toLocaleString('en')} files in the tree, what was typed is on the disk`
    },
  },
  {
    name: 'a file of 2 GB: opened, and grown to it while open',
    expected: '413 too_large, told too_large, kept, then both sides’ work on the disk; agent’s memory flat',
    timeoutMs: 60_000,
    async run(premises) {
      const { owner } = premises
      const desk = await sitDown(premises, async (folder) => {
        await writeFile(path.join(folder, 'a.txt'), 'one\n')
        await writeFile(path.join(folder, 'huge.log'), '')
        await truncate(path.join(folder, 'huge.log'), 2 * 2 ** 30)
      })
      const client = await desk.open('a.txt')
      const memory = async () => Math.max(0, ...processTree(await desk.agentPid()).map(residentBytes))
      const before = await memory()
      const answer = await owner.send('/trpc/files.open', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ workspaceId: desk.workspaceId, path: 'huge.log' }),
      })
      const file = path.join(desk.folder, 'a.txt')
      await truncate(file, 2 * 2 ** 30)
      await typeInto(client, 'typed meanwhile\n')
      await desk.whenTold(client.documentId, 'too_large')
      const isKept = client.text() === 'one\ntyped meanwhile\n' && (await lstat(file)).size === 2 * 2 ** 30
      const grown = (await memory()) - before
      await writeFile(file, 'one\nby a program\n')
      await desk.whenTold(client.documentId, 'on-disk')
      const text = await desk.onDisk('a.txt')
      const isBoth = text === client.text() && text.includes('typed meanwhile\n') && text.includes('by a program\n')
      desk.close()
      return `${describeAnswer(answer)} ${codeOf(answer)}, told too_large, ${isKept ? 'kept' : 'lost'}, then ${isBoth ? 'both sides’ work on the disk' : JSON.stringify(text)}; agent’s memory ${grown < 64 * MIB ? 'flat' : `grew by ${Math.round(grown / MIB)} MiB`}`
    },
  },
  {
    name: 'one name in both Unicode forms on the disk, another in NFD alone',
    expected:
      'the first that is opened is edited, its twin refused with 409 name_conflict and untouched; NFD kept as it is',
    async run(premises) {
      const { owner } = premises
      const nfc = 'é.txt'.normalize('NFC')
      const nfd = nfc.normalize('NFD')
      const alone = 'ü.txt'.normalize('NFD')
      const desk = await sitDown(premises, async (folder) => {
        for (const name of [nfc, nfd, alone]) await writeFile(path.join(folder, name), `${name.length}\n`)
      })
      const first = await desk.open(nfd)
      const answer = await owner.send('/trpc/files.open', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ workspaceId: desk.workspaceId, path: nfc }),
      })
      const single = await desk.open(alone.normalize('NFC'))
      await typeInto(first, 'typed\n')
      await typeInto(single, 'typed\n')
      const isWritten = async () =>
        (await desk.onDisk(nfd)) === '6\ntyped\n' && (await desk.onDisk(alone)) === '6\ntyped\n'
      const isOnDisk = await until('both are on the disk', isWritten).catch(() => false)
      const isUntouched = (await desk.onDisk(nfc)) === '5\n' && (await readdir(desk.folder)).length === 3
      desk.close()
      return `the first that is opened is ${isOnDisk ? 'edited' : 'not on the disk'}, its twin refused with ${describeAnswer(answer)} ${codeOf(answer)} and ${isUntouched ? 'untouched' : 'changed'}; NFD ${isOnDisk ? 'kept as it is' : 'changed'}`
    },
  },
  {
    name: 'an agent that hangs (SIGSTOP) while somebody types',
    expected: 'nothing said to be on the disk, then another agent writes it',
    timeoutMs: 90_000,
    async run(premises) {
      const { owner } = premises
      const desk = await sitDown(premises, (folder) => writeFile(path.join(folder, 'a.txt'), 'one\n'))
      const client = await desk.open('a.txt')
      await desk.whenTold(client.documentId, 'on-disk')
      const pid = await desk.agentPid()
      for (const one of processTree(pid)) process.kill(one, 'SIGSTOP')
      await typeInto(client, 'typed meanwhile\n')
      const settled = await owner.api.files.settle.mutate({
        workspaceId: desk.workspaceId,
        documentIds: [client.documentId as DocumentId],
      })
      await until('it is on the disk', async () => (await desk.onDisk('a.txt')) === client.text(), {
        timeoutMs: 60_000,
      })
      const isAnother = (await desk.agentPid()) !== pid
      desk.close()
      return `${settled.isSettled ? 'said to be on the disk' : 'nothing said to be on the disk'}, then ${isAnother ? 'another agent writes it' : 'it writes it itself'}`
    },
  },
]
