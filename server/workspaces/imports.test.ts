import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import yauzl from 'yauzl'
import yazl from 'yazl'
import type { UserActor } from '#shared/access/actor.ts'
import { AppError, ERRORS } from '#shared/errors.ts'
import type { ImportId } from '#shared/ids.ts'
import type { ImportStatus } from '#shared/protocol/events.ts'
import { sendError } from '#server/platform/http.ts'
import { appCodeOf } from '#server/platform/trpc.ts'
import { createWorkspaces } from './create-workspaces.ts'
import type { CloneGit, UnpackArchive } from './imports.ts'
import { codeOf, createTestWorkspaces, type TestOverrides, type TestWorkspaces } from './testing.ts'

/** Unpacks real zips of this file's making, none of them hostile: server/files judges those. */
const unzip: UnpackArchive = async ({ file, targetDir, signal, onProgress }) => {
  const zip = await yauzl.openPromise(file)
  let files = 0
  for await (const entry of zip.eachEntry()) {
    signal.throwIfAborted()
    const target = path.join(targetDir, String(entry.fileName))
    await mkdir(path.dirname(target), { recursive: true })
    await writeFile(target, await buffer(Readable.from(await zip.openReadStreamPromise(entry))))
    onProgress({ stage: 'unpacking', files: ++files })
  }
  return { files, renamed: [] }
}

function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name)
  zip.end()
  return buffer(Readable.from(zip.outputStream as unknown as AsyncIterable<Buffer>))
}

let test: TestWorkspaces
let mina: UserActor
let baseUrl: string
let closeServer: () => Promise<void>

async function begin(overrides: TestOverrides = {}) {
  test = await createTestWorkspaces({ unpackArchive: unzip, ...overrides })
  mina = await test.person('Mina')
  const [route] = test.workspaces.routes
  const server = createServer((req, res) => {
    const importId = new URL(req.url ?? '/', 'http://internal').pathname.split('/').at(-1) ?? ''
    const context = test.contextOf(test.browser(mina))
    const url = new URL(req.url ?? '/', 'http://internal')
    Promise.resolve(route?.handle({ req, res, url, params: { importId }, context })).catch((error: unknown) => {
      if (!req.complete) res.setHeader('connection', 'close')
      sendError(res, appCodeOf(error), '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/imports`
  closeServer = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

beforeEach(() => begin())
afterEach(async () => {
  await closeServer()
  await test.close()
})

async function again(overrides: TestOverrides) {
  await closeServer()
  await test.close()
  await begin(overrides)
}

async function startArchive(fileName = 'project.zip'): Promise<ImportId> {
  const started = await test.as(mina).create({ source: 'archive', name: 'Project', fileName })
  if (!('importId' in started)) throw new Error('an archive is an import')
  return started.importId
}

const upload = (importId: string, body: Buffer) =>
  fetch(`${baseUrl}/${importId}`, { method: 'PUT', body: new Uint8Array(body) })

const statusOf = (importId: ImportId) => test.as(mina).importStatus({ importId })

const finished = (importId: ImportId) =>
  expect
    .poll(async () => (await statusOf(importId)).status, { timeout: 10_000, interval: 10 })
    .toMatch(/done|failed|cancelled/)
    .then(() => statusOf(importId))

/** Everything an import may leave: workspaces in the list and folders on the disk. */
const traces = async () => ({
  listed: (await test.as(mina).list()).length,
  staged: await readdir(path.join(test.dataDir, 'imports')).catch(() => []),
  folders: await readdir(path.join(test.dataDir, 'workspaces')).catch(() => []),
})
const NOTHING = { listed: 0, staged: [], folders: [] }

describe('importing an archive', () => {
  it('makes a whole workspace of a zip and reports each stage', async () => {
    const importId = await startArchive()
    const zip = await zipOf({ 'README.md': '# Hello', 'src/안녕.ts': 'export const a = 1\n' })

    const response = await upload(importId, zip)

    expect(response.status).toBe(202)
    const status = await finished(importId)
    if (status.status !== 'done') throw new Error(`expected done, got ${status.status}`)
    expect(status.files).toBe(2)
    const files = test.workspaces.folders.files(status.workspaceId)
    expect(await readFile(path.join(files, 'src/안녕.ts'), 'utf8')).toBe('export const a = 1\n')
    const { volumeId } = await test.prisma.workspace.findUniqueOrThrow({ where: { id: status.workspaceId } })
    expect(await readFile(path.join(files, '../runtime/volume-id'), 'utf8')).toBe(volumeId)
    expect(await traces()).toEqual({ listed: 1, staged: [], folders: [status.workspaceId] })
    expect([...new Set(test.statuses.map((s) => s.status.status))]).toEqual(['unpacking', 'done'])
    expect(test.statuses.every((s) => s.userId === mina.userId && s.importId === importId)).toBe(true)
  })

  it('leaves nothing of an archive that is damaged, and says what is wrong with it', async () => {
    await again({
      async unpackArchive(job) {
        await writeFile(path.join(job.targetDir, 'half.txt'), 'half')
        throw new AppError('archive_invalid')
      },
    })
    const importId = await startArchive()

    expect((await upload(importId, Buffer.from('no zip'))).status).toBe(202)

    const { archive_invalid } = ERRORS
    expect(await finished(importId)).toEqual({ status: 'failed', code: 'archive_invalid', message: archive_invalid.en })
    expect(await traces()).toEqual(NOTHING)
  })

  it('leaves nothing when cancelled while it is being unpacked', async () => {
    const unpacking = Promise.withResolvers<void>()
    await again({
      async unpackArchive({ targetDir, signal }) {
        await writeFile(path.join(targetDir, 'half.txt'), 'half')
        unpacking.resolve()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        throw new AppError('cancelled')
      },
    })
    const importId = await startArchive()
    await upload(importId, await zipOf({ a: 'a' }))
    await unpacking.promise

    expect(await test.as(mina).cancelImport({ importId })).toEqual({ status: 'cancelled' })

    expect(await traces()).toEqual(NOTHING)
    expect(test.statuses.at(-1)?.status).toEqual({ status: 'cancelled' })
  })

  it('leaves nothing when cancelled at the moment the unpacking ends', async () => {
    await again({
      async unpackArchive(job) {
        const unpacked = await unzip(job)
        const aborted = new Promise((resolve) => job.signal.addEventListener('abort', resolve))
        void test.as(mina).cancelImport({ importId })
        await aborted
        return unpacked
      },
    })
    const importId = await startArchive()
    await upload(importId, await zipOf({ a: 'a' }))

    expect(await finished(importId)).toEqual({ status: 'cancelled' })
    expect(await traces()).toEqual(NOTHING)
  })

  it('leaves nothing when cancelled before or during the upload', async () => {
    const waiting = await startArchive()
    expect(await test.as(mina).cancelImport({ importId: waiting })).toEqual({ status: 'cancelled' })
    expect((await upload(waiting, Buffer.from('late'))).status).toBe(409)

    const importId = await startArchive()
    const sender = request(`${baseUrl}/${importId}`, { method: 'PUT', headers: { 'content-length': 1_000_000 } })
    const cut = new Promise((resolve) => sender.once('close', resolve))
    sender.on('error', () => {})
    sender.write('x'.repeat(100_000))
    await expect
      .poll(async () => test.statuses.some((s) => s.importId === importId) || (await traces()).staged.length > 0)
      .toBe(true)
    await test.as(mina).cancelImport({ importId })
    await cut

    expect(await statusOf(importId)).toEqual({ status: 'cancelled' })
    expect(await traces()).toEqual(NOTHING)
  })

  it('leaves nothing of an upload that is cut off', async () => {
    const importId = await startArchive()
    const sender = request(`${baseUrl}/${importId}`, { method: 'PUT', headers: { 'content-length': 1_000_000 } })
    sender.on('error', () => {})
    sender.write('x'.repeat(100_000))
    await expect.poll(async () => (await traces()).staged.length).toBe(1)

    sender.destroy()

    expect(await finished(importId)).toEqual({ status: 'cancelled' })
    expect(await traces()).toEqual(NOTHING)
  })

  it.each([
    ['announced', { 'content-length': 2000 }],
    ['kept secret', { 'transfer-encoding': 'chunked' }],
  ])('refuses an archive over the limit whose size was %s', async (_title, headers) => {
    await again({ limits: { archiveBytes: 1000 } })
    const importId = await startArchive()
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const sender = request(`${baseUrl}/${importId}`, { method: 'PUT', headers }, (res) => resolve(res.statusCode))
      sender.on('error', reject)
      sender.end('x'.repeat(2000))
    })

    expect(await answered).toBe(413)
    expect(await finished(importId)).toMatchObject({ status: 'failed', code: 'too_large' })
    expect(await traces()).toEqual(NOTHING)
  })

  it('refuses an announced size over the limit before a byte of it is sent', async () => {
    await again({ limits: { archiveBytes: 1000 } })
    const importId = await startArchive()
    const headers = { 'content-length': 2000 }
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const sender = request(`${baseUrl}/${importId}`, { method: 'PUT', headers }, (res) => resolve(res.statusCode))
      sender.on('error', reject)
      sender.flushHeaders()
    })

    expect(await answered).toBe(413)
  })

  it('tells progress at most ten times a second, and each step at once', async () => {
    await again({
      unpackArchive({ onProgress }) {
        for (let files = 1; files <= 1000; files++) {
          test.clock.now += 1
          onProgress({ stage: 'unpacking', files })
        }
        return Promise.resolve({ files: 1000, renamed: [] })
      },
    })
    const importId = await startArchive()
    await upload(importId, await zipOf({ a: 'a' }))
    await finished(importId)

    const told = test.statuses.map((s) => s.status)
    expect(told.filter((s) => s.status === 'unpacking').map((s) => s.files)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
    ])
    expect(told.at(-1)).toMatchObject({ status: 'done', files: 1000 })
  })

  it('says so when the disk is full, and leaves nothing', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    await again({ unpackArchive: () => Promise.reject(full) })
    const importId = await startArchive()
    await upload(importId, await zipOf({ a: 'a' }))

    expect(await finished(importId)).toMatchObject({ status: 'failed', code: 'unavailable' })
    expect(await traces()).toEqual(NOTHING)
  })

  it('takes one upload only', async () => {
    const importId = await startArchive()
    const zip = await zipOf({ a: 'a' })

    const statuses = await Promise.all(
      [upload(importId, zip), upload(importId, zip)].map(async (r) => (await r).status),
    )

    expect(statuses.toSorted((a, b) => a - b)).toEqual([202, 409])
    expect((await finished(importId)).status).toBe('done')
  })

  it('is a stranger’s no more than a missing one', async () => {
    const importId = await startArchive()
    const eve = await test.person('Eve')

    expect(await codeOf(test.as(eve).importStatus({ importId }))).toBe('not_found')
    expect(await codeOf(test.as(eve).cancelImport({ importId }))).toBe('not_found')
    expect(() => test.workspaces.importWatch(eve, importId)).toThrow(AppError)
    expect(test.workspaces.importWatch(mina, importId)).toMatchObject({ status: 'receiving' })
    expect((await upload('AAAAAAAAAAAAAAAAAAAAAA', Buffer.from(''))).status).toBe(404)
    expect((await upload('..', Buffer.from(''))).status).toBe(404)
  })

  it('lets one person run two at once, and forgets uploads that never began', async () => {
    await startArchive()
    const second = await startArchive('project.tar.gz')
    expect(await codeOf(startArchive())).toBe('rate_limited')
    const jun = await test.person('Jun')
    expect(await codeOf(test.as(jun).create({ source: 'archive', name: 'Mine', fileName: 'a.tgz' }))).toBe('no error')

    test.clock.now += 16 * 60_000
    expect(await codeOf(startArchive())).toBe('no error')
    expect(await statusOf(second)).toEqual({ status: 'cancelled' })
  })

  it.each(['project.rar', 'project', 'zip', 'project.zip.exe'])('takes no %s', async (fileName) => {
    expect(await codeOf(startArchive(fileName))).toBe('unsupported_media')
  })
})

describe('importing from git', () => {
  it('clones, reports progress and publishes what was cloned', async () => {
    const cloned: string[] = []
    const cloneGit: CloneGit = async ({ url, targetDir, onProgress }) => {
      cloned.push(url)
      onProgress({ percent: 40, stage: 'Receiving objects' })
      await writeFile(path.join(targetDir, 'main.c'), 'int main(void) { return 0; }\n')
      return { files: 1 }
    }
    await again({ cloneGit })

    const started = await test.as(mina).create({ source: 'git', name: 'Project', url: 'https://git.example/a.git' })

    if (!('importId' in started)) throw new Error('a clone is an import')
    expect(await finished(started.importId)).toMatchObject({ status: 'done', files: 1, renamed: [] })
    expect(cloned).toEqual(['https://git.example/a.git'])
  })

  it.each([
    'http://git.example/a',
    'ssh://git@git.example/a',
    'git@git.example:a',
    'file:///etc',
    'ext::sh -c id',
    '--upload-pack=x',
    '',
  ])('does not begin with the address %j', async (url) => {
    expect(await codeOf(test.as(mina).create({ source: 'git', name: 'Project', url }))).toBe('git_failed')
    expect(await traces()).toEqual(NOTHING)
  })

  it('leaves nothing of a clone that is cancelled', async () => {
    const cloning = Promise.withResolvers<void>()
    const cloneGit: CloneGit = async ({ signal, targetDir }) => {
      await writeFile(path.join(targetDir, 'half'), '')
      cloning.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw new AppError('cancelled')
    }
    await again({ cloneGit })
    const started = await test.as(mina).create({ source: 'git', name: 'Project', url: 'https://git.example/a.git' })
    if (!('importId' in started)) throw new Error('a clone is an import')
    await cloning.promise

    expect(await test.as(mina).cancelImport(started)).toEqual({ status: 'cancelled' })
    expect(await traces()).toEqual(NOTHING)
  })
})

describe('a server that was killed while importing', () => {
  const restart = async () => {
    const restarted = createWorkspaces(test.options)
    await restarted.ready
    await restarted.close()
  }

  it('leaves no upload and no half-unpacked folder at its next start', async () => {
    const staged = path.join(test.dataDir, 'imports', 'killed-while-unpacking')
    await mkdir(path.join(staged, 'workspace', 'files'), { recursive: true })
    await writeFile(path.join(staged, 'upload'), 'half an archive')
    await mkdir(path.join(test.dataDir, 'imports', 'killed-at-once'))

    await restart()

    expect(await traces()).toEqual(NOTHING)
  })

  it('removes files that were moved into place for a row that was never committed', async () => {
    const [staged, moved] = [
      path.join(test.dataDir, 'imports', 'x'),
      path.join(test.dataDir, 'workspaces', 'neverCommitted'),
    ]
    await mkdir(staged, { recursive: true })
    await writeFile(path.join(staged, 'workspace-id'), 'neverCommitted')
    await mkdir(moved, { recursive: true })

    await restart()

    expect(await traces()).toEqual(NOTHING)
  })

  it('finishes a committed workspace whose files are not in place yet, and keeps one whose are', async () => {
    const workspaceId = await test.workspaceOf(mina)
    const files = test.workspaces.folders.files(workspaceId)
    await writeFile(path.join(files, 'a.txt'), 'kept')
    const staged = path.join(test.dataDir, 'imports', 'x')
    const stage = async () => {
      await mkdir(staged, { recursive: true })
      await writeFile(path.join(staged, 'workspace-id'), workspaceId)
    }

    await stage()
    await restart()
    expect(await readFile(path.join(files, 'a.txt'), 'utf8')).toBe('kept')

    await stage()
    await rename(path.dirname(files), path.join(staged, 'workspace'))
    await restart()
    expect(await readFile(path.join(files, 'a.txt'), 'utf8')).toBe('kept')
    expect((await traces()).staged).toEqual([])
  })

  it('leaves nothing when the transaction fails after the files moved', async () => {
    const status = await (async (): Promise<ImportStatus> => {
      const importId = await startArchive()
      // The person is gone by the time the workspace would be theirs.
      await test.prisma.user.delete({ where: { id: mina.userId } })
      await upload(importId, await zipOf({ a: 'a' }))
      return finished(importId)
    })()

    expect(status).toMatchObject({ status: 'failed', code: 'internal' })
    expect(await traces()).toEqual(NOTHING)
  })
})
