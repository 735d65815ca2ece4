import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DocumentId } from '#shared/ids.ts'
import { errorCode } from './fs/locate.ts'
import { type AgentFolder, createAgentFolder } from './testing/agent-process.ts'
import { type FakeServer, startFakeServer } from './testing/fake-server.ts'

const run = promisify(execFile)
const id = 'AAAAAAAAAAAAAAAAAAAAAA' as DocumentId
const SWAPS = 100
const FILES = 100_000
const FILES_PER_FOLDER = 1_000
const SLOW = { timeout: 30_000 }

let folder: AgentFolder
let server: FakeServer
beforeEach(async () => {
  folder = await createAgentFolder()
  await mkdir(folder.root)
  server = await startFakeServer()
})
afterEach(async () => {
  await folder.remove()
  await server.close()
})

const at = (name: string) => path.join(folder.root, name)
const disk = (name: string) =>
  readFile(at(name), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  })
const attach = (name: string) =>
  server.call((agent) => agent.emitWithAck('documents.attach', { documentId: id, path: name, epoch: 1 }))
const type = (words: string) => server.edit(id, (text) => text.insert(text.length, words))
const told = () => server.statuses.findLast(({ status }) => status !== 'writing')
const whenTold = (what: object) => expect.poll(told, SLOW).toMatchObject(what)
const whenOnDisk = (name: string) => expect.poll(() => disk(name), SLOW).toBe(server.text(id))

describe('a small disk of its own', () => {
  beforeEach(async () => {
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder.root])
    } catch (cause) {
      throw new Error('These tests mount a disk, for which they need root on Linux: sudo npm run test:real', { cause })
    }
    await writeFile(at('a.txt'), 'one\n')
    folder.start(server.url)
    await attach('a.txt')
  })
  afterEach(() => run('umount', ['--lazy', folder.root]))

  it('that is full is told, what is typed is kept, and reaches it once there is room', async () => {
    // As far as there is room.
    await expect(writeFile(at('filler'), Buffer.alloc(1 << 20))).rejects.toMatchObject({ code: 'ENOSPC' })
    type('typed on a full disk\n')
    await whenTold({ status: 'failed', message: 'disk_full' })
    expect([server.text(id), await disk('a.txt')]).toEqual(['one\ntyped on a full disk\n', 'one\n'])
    await rm(at('filler'))
    type('and after\n')
    await whenOnDisk('a.txt')
    await whenTold({ status: 'on-disk' })
    expect(await disk('a.txt')).toBe('one\ntyped on a full disk\nand after\n')
    // The file that was replaced stands aside for a second, for programs that still write into it.
    await expect.poll(() => readdir(folder.root), SLOW).toEqual(['a.txt'])
  })

  it('that turns read-only is told, what is typed is kept, and reaches it once it may be written', async () => {
    await run('mount', ['-o', 'remount,ro', folder.root])
    type('typed on a read-only disk\n')
    await whenTold({ status: 'failed', message: 'disk_read_only' })
    expect([server.text(id), await disk('a.txt')]).toEqual(['one\ntyped on a read-only disk\n', 'one\n'])
    await run('mount', ['-o', 'remount,rw', folder.root])
    await whenOnDisk('a.txt')
    await whenTold({ status: 'on-disk' })
  })
})

it('a folder that is swapped for a link leading out, again and again, is never written through', async () => {
  const outside = path.join(folder.root, '../outside')
  await mkdir(outside)
  await writeFile(path.join(outside, 'a.txt'), 'outside\n')
  await mkdir(at('dir'))
  await writeFile(at('dir/a.txt'), 'one\n')
  folder.start(server.url)
  await attach('dir/a.txt')
  for (let i = 0; i < SWAPS; i++) {
    type(`<${i}>\n`)
    await rename(at('dir'), at('aside'))
    await symlink(outside, at('dir'))
    await delay(i % 40)
    await unlink(at('dir'))
    await rename(at('aside'), at('dir'))
    // Every other time long enough for a write to begin.
    await delay((i % 2) * (i % 10) * 50)
  }
  await whenOnDisk('dir/a.txt')
  expect(await readdir(outside)).toEqual(['a.txt'])
  expect(await readFile(path.join(outside, 'a.txt'), 'utf8')).toBe('outside\n')
  const text = server.text(id)
  expect(text).toBe(`one\n${Array.from({ length: SWAPS }, (_, i) => `<${i}>\n`).join('')}`)
})

it('100,000 files made at once all come to the tree, and what is typed meanwhile to the disk', async () => {
  await writeFile(at('a.txt'), 'one\n')
  folder.start(server.url)
  await attach('a.txt')
  const script = `import { mkdirSync, writeFileSync } from 'node:fs'
for (let at = 0; at < ${FILES}; at += ${FILES_PER_FOLDER}) {
  mkdirSync('many/' + at, { recursive: true })
  for (let i = 0; i < ${FILES_PER_FOLDER}; i++) writeFileSync('many/' + at + '/' + i, '')
}`
  const making = run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder.root })
  for (let i = 0; i < 20; i++) {
    type(`<${i}>`)
    await delay(50)
  }
  await whenOnDisk('a.txt')
  await making
  const files = () => {
    const seen = new Set<string>(server.tree.map((entry) => entry.path))
    for (const { upserts, removes } of server.deltas) {
      for (const gone of removes) seen.delete(gone)
      for (const entry of upserts) seen.add(entry.path)
    }
    // The file in which somebody types, the folders, and what is in them.
    return seen.size - 2 - FILES / FILES_PER_FOLDER
  }
  await expect.poll(files, { timeout: 60_000, interval: 1_000 }).toBe(FILES)
  type('after\n')
  await whenOnDisk('a.txt')
}, 120_000)
