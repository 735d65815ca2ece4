import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { UserActor } from '#shared/access/actor.ts'
import type { TreeAnswer } from '#shared/api/files.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { callerOf, joinDocument, makeDiskWorkspace, makePerson, type Person } from './testing/disk-workspace.ts'
import { startTestApp } from './testing/test-app.ts'

let test: Awaited<ReturnType<typeof startTestApp>>
let { app, database, dataDir, origin } = {} as typeof test
let workspaceId: WorkspaceId
let root: string
let editor: Person

const filesOf = (actor: UserActor) => callerOf(app, actor).files

beforeAll(async () => {
  test = await startTestApp()
  ;({ app, database, dataDir, origin } = test)
})
afterAll(() => test.close())
beforeEach(async () => {
  ;({ workspaceId, root } = await makeDiskWorkspace(database.prisma, dataDir))
  editor = await makePerson(database.prisma, { workspaceId, role: 'editor' })
})

const readTree = async (encoding = 'gzip'): Promise<TreeAnswer> => {
  const headers = { cookie: editor.cookie, 'accept-encoding': encoding }
  const answer = await fetch(`${origin}/api/workspaces/${workspaceId}/tree`, { headers })
  expect(answer.headers.get('content-encoding')).toBe(encoding === 'gzip' && answer.ok ? 'gzip' : null)
  return (await answer.json()) as TreeAnswer
}

const disk = (name: string) => readFile(path.join(root, name), 'utf8')

const join = (documentId: string) => joinDocument(origin, documentId, editor)

/** Where the log of a document has come to. */
const headOf = async (documentId: string) => {
  const { headSeq } = await database.prisma.documentHead.findUniqueOrThrow({ where: { documentId } })
  return Number(headSeq)
}

describe('opening and editing', () => {
  it('[L2] seeds a file once for two who open it at the same moment, and writes what they type', async () => {
    await writeFile(path.join(root, 'a.txt'), 'hello\n')
    const files = filesOf(editor.actor)
    const [one, two] = await Promise.all([
      files.open({ workspaceId, path: 'a.txt' }),
      files.open({ workspaceId, path: './a.txt' }),
    ])
    expect(two).toEqual(one)
    const { text, leave } = await join(one.documentId)
    expect(text.toJSON()).toBe('hello\n')
    text.insert(6, 'world\n')
    await expect.poll(() => disk('a.txt'), { timeout: 5000 }).toBe('hello\nworld\n')
    leave()
  })

  it('brings a killed agent back, which goes on where it was', async () => {
    await writeFile(path.join(root, 'a.txt'), '')
    const { documentId } = await filesOf(editor.actor).open({ workspaceId, path: 'a.txt' })
    const { text, leave } = await join(documentId)
    process.kill(Number(await readFile(path.join(root, '../runtime/agent.pid'), 'utf8')), 'SIGKILL')
    text.insert(0, 'typed while it was dead')
    await expect.poll(() => disk('a.txt'), { timeout: 10_000 }).toBe('typed while it was dead')
    leave()
  })

  it('[K1] moves the base on once what was typed is on the disk', async () => {
    await writeFile(path.join(root, 'a.txt'), 'old')
    const { documentId } = await filesOf(editor.actor).open({ workspaceId, path: 'a.txt' })
    const { text, leave } = await join(documentId)
    text.insert(0, 'new ')
    await expect.poll(() => disk('a.txt'), { timeout: 5000 }).toBe('new old')
    const base = () => database.prisma.fileBase.findUniqueOrThrow({ where: { documentId } })
    await expect.poll(base, { timeout: 5000 }).toMatchObject({ seq: 2n, intentSeq: null })
    leave()
  })

  it('refuses what is no document, and leaves no row of it', async () => {
    await writeFile(path.join(root, 'b.bin'), Buffer.from([0, 1]))
    await promisify(execFile)('mkfifo', [path.join(root, 'fifo')])
    await symlink('/etc', path.join(root, 'etc'))
    const files = filesOf(editor.actor)
    const codes: [string, string][] = [
      ['b.bin', 'not_text'],
      ['fifo', 'not_a_file'],
      ['etc/passwd', 'path_invalid'],
      ['../x', 'path_invalid'],
      ['none', 'path_not_found'],
      ['%2e%2e/x', 'path_invalid'],
      ['/etc/passwd', 'path_invalid'],
      ['a\\b', 'path_invalid'],
    ]
    for (const [name, code] of codes) {
      await expect(files.open({ workspaceId, path: name })).rejects.toMatchObject({ cause: { code } })
    }
    expect(await database.prisma.document.count({ where: { workspaceId } })).toBe(0)
  })

  it('does not touch a folder that belongs to another workspace', async () => {
    await writeFile(path.join(root, '../runtime/volume-id'), 'another')
    expect(await readTree()).toMatchObject({ error: { code: 'wrong_volume' } })
  })
})

describe('a disk that is not what it was', () => {
  const endAgent = async (): Promise<void> => {
    const pid = Number(await readFile(path.join(root, '../runtime/agent.pid'), 'utf8'))
    process.kill(pid, 'SIGKILL')
  }
  const holdOf = async () => (await readTree()).hold

  const openAndEmpty = async () => {
    for (const name of ['a.txt', 'b.txt', 'c.txt']) await writeFile(path.join(root, name), `${name}\n`)
    const files = filesOf(editor.actor)
    const { documentId } = await files.open({ workspaceId, path: 'a.txt' })
    await expect.poll(async () => (await readTree()).entries.length).toBe(3)
    const { text, leave } = await join(documentId)
    // As somebody who mounts the wrong folder: most is gone, and what bears a known name is another text.
    await rename(path.join(root, 'b.txt'), path.join(root, '../b.txt'))
    await rename(path.join(root, 'c.txt'), path.join(root, '../c.txt'))
    await endAgent()
    await writeFile(path.join(root, 'a.txt'), 'of another workspace\n')
    await expect.poll(holdOf, { timeout: 15_000 }).toEqual({ reason: 'missing', known: 3, gone: 2 })
    return { files, documentId, text, leave }
  }

  it('[K7] merges nothing at the start where many known files are gone, and keeps what people type', async () => {
    const { files, documentId, text, leave } = await openAndEmpty()
    text.insert(0, 'typed meanwhile ')
    await expect(files.open({ workspaceId, path: 'a.txt' })).resolves.toMatchObject({ documentId })
    expect(await files.settle({ workspaceId, documentIds: [documentId as never] })).toEqual({ isSettled: false })
    await writeFile(path.join(root, 'new.txt'), 'new')
    await expect(files.open({ workspaceId, path: 'new.txt' })).rejects.toMatchObject({ cause: { code: 'files_held' } })
    expect(await files.resume({ workspaceId, isAccepted: false })).toMatchObject({ hold: { reason: 'missing' } })
    // Another agent changes nothing about it.
    await endAgent()
    await expect(files.open({ workspaceId, path: 'a.txt' })).resolves.toMatchObject({ documentId })
    expect(text.toJSON()).toBe('typed meanwhile a.txt\n')
    expect(await disk('a.txt')).toBe('of another workspace\n')

    for (const name of ['a.txt', 'b.txt', 'c.txt']) await rm(path.join(root, name), { force: true })
    await writeFile(path.join(root, 'a.txt'), 'a.txt\n')
    for (const name of ['b.txt', 'c.txt']) await rename(path.join(root, '..', name), path.join(root, name))
    await expect
      .poll(() => files.resume({ workspaceId, isAccepted: false }).catch(() => null), { timeout: 10_000 })
      .toEqual({ hold: null })
    await expect.poll(() => disk('a.txt'), { timeout: 10_000 }).toBe('typed meanwhile a.txt\n')
    expect(await holdOf()).toBeNull()
    leave()
  })

  it('[K7] goes on with what is there once somebody says so, and puts that down', async () => {
    const { files, text, leave } = await openAndEmpty()
    text.insert(0, 'typed ')
    expect(await files.resume({ workspaceId, isAccepted: true })).toEqual({ hold: null })
    await expect.poll(() => disk('a.txt'), { timeout: 10_000 }).toContain('of another workspace')
    await expect.poll(() => disk('a.txt'), { timeout: 10_000 }).toContain('typed')
    const entry = await database.prisma.auditEvent.findFirst({ where: { workspaceId, action: 'files.resumed' } })
    expect(entry?.details).toMatchObject({ known: 3, gone: 2 })
    // What is known now is what was accepted.
    await endAgent()
    await expect.poll(async () => (await readTree()).agent, { timeout: 10_000 }).toBe('running')
    expect(await holdOf()).toBeNull()
    leave()
  })

  it('says so where the folder is of another workspace, and goes on when the right one is back', async () => {
    await writeFile(path.join(root, 'a.txt'), 'a')
    const files = filesOf(editor.actor)
    await files.open({ workspaceId, path: 'a.txt' })
    await expect.poll(async () => (await readTree()).entries.length).toBe(1)
    const note = path.join(root, '../runtime/volume-id')
    const volumeId = await readFile(note, 'utf8')
    await writeFile(note, 'another')
    await endAgent()
    await expect.poll(holdOf, { timeout: 10_000 }).toEqual({ reason: 'wrong-volume' })
    expect(await files.resume({ workspaceId, isAccepted: true })).toEqual({ hold: { reason: 'wrong-volume' } })
    await writeFile(note, volumeId)
    await expect
      .poll(() => files.resume({ workspaceId, isAccepted: false }).catch(() => null), { timeout: 15_000 })
      .toEqual({ hold: null })
  })
})

describe('names', () => {
  it('moves documents along with their folder, and keeps the history of what was deleted under the new name', async () => {
    const files = filesOf(editor.actor)
    await files.create({ workspaceId, path: 'src/a.txt', kind: 'file' })
    await files.create({ workspaceId, path: 'lib/a.txt', kind: 'file' })
    const gone = await files.open({ workspaceId, path: 'lib/a.txt' })
    const moved = await files.open({ workspaceId, path: 'src/a.txt' })
    await files.delete({ workspaceId, path: 'lib' })
    expect(await files.rename({ workspaceId, from: 'src', to: 'lib' })).toEqual({ from: 'src', to: 'lib' })
    expect(await files.open({ workspaceId, path: 'lib/a.txt' })).toMatchObject({ documentId: moved.documentId })
    expect(gone.documentId).not.toBe(moved.documentId)
    const { text, leave } = await join(moved.documentId)
    text.insert(0, 'moved')
    await expect.poll(() => disk('lib/a.txt'), { timeout: 5000 }).toBe('moved')
    leave()
  })

  it('takes documents along when a program moves their folder, with what is typed meanwhile', async () => {
    const files = filesOf(editor.actor)
    await files.create({ workspaceId, path: 'src/a.txt', kind: 'file' })
    const { documentId } = await files.open({ workspaceId, path: 'src/a.txt' })
    const { text, leave } = await join(documentId)
    const paths = async () => (await readTree()).entries.map((entry) => entry.path)
    await expect.poll(paths).toContain('src/a.txt')
    await rename(path.join(root, 'src'), path.join(root, 'lib'))
    text.insert(0, 'typed')
    await expect.poll(() => disk('lib/a.txt').catch(() => null), { timeout: 5000 }).toBe('typed')
    await expect
      .poll(() => files.open({ workspaceId, path: 'lib/a.txt' }).catch(() => null), { timeout: 5000 })
      .toMatchObject({ documentId })
    expect(await readdir(root)).toEqual(['lib'])
    leave()
  })

  it('brings deleted files back with the document they were', async () => {
    const files = filesOf(editor.actor)
    await files.create({ workspaceId, path: 'a.txt', kind: 'file' })
    const before = await files.open({ workspaceId, path: 'a.txt' })
    const { trashId } = await files.delete({ workspaceId, path: 'a.txt' })
    expect(await readdir(root)).toEqual([])
    expect(await files.restore({ workspaceId, trashId })).toEqual({ path: 'a.txt' })
    expect(await files.open({ workspaceId, path: 'a.txt' })).toMatchObject({ documentId: before.documentId })
    await expect(files.restore({ workspaceId, trashId: '../../x' })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
  })

  it('makes the deleted file of an open document again, with what was typed since, and never over another', async () => {
    const files = filesOf(editor.actor)
    await files.create({ workspaceId, path: 'a.txt', kind: 'file' })
    const { documentId } = await files.open({ workspaceId, path: 'a.txt' })
    const { text, leave } = await join(documentId)
    await rm(path.join(root, 'a.txt'))
    text.insert(0, 'kept')
    await files.keep({ workspaceId, documentId })
    await expect.poll(() => disk('a.txt').catch(() => null), { timeout: 5000 }).toBe('kept')
    await expect(files.keep({ workspaceId, documentId })).rejects.toMatchObject({ cause: { code: 'path_exists' } })
    leave()
  })

  it('deletes through a linked folder the document it is, and never what lies outside', async () => {
    const files = filesOf(editor.actor)
    await files.create({ workspaceId, path: 'real/a.txt', kind: 'file' })
    const { documentId } = await files.open({ workspaceId, path: 'real/a.txt' })
    await symlink('real', path.join(root, 'linked'))
    await symlink(dataDir, path.join(root, 'out'))
    await writeFile(path.join(dataDir, 'kept.txt'), '')
    await expect(files.delete({ workspaceId, path: 'out/kept.txt' })).rejects.toMatchObject({
      cause: { code: 'path_invalid' },
    })
    expect(await readdir(dataDir)).toContain('kept.txt')
    const { trashId } = await files.delete({ workspaceId, path: 'linked/a.txt' })
    const isGone = async () =>
      (await database.prisma.document.findUniqueOrThrow({ where: { id: documentId } })).deletedAt !== null
    expect(await isGone()).toBe(true)
    expect(await files.restore({ workspaceId, trashId })).toEqual({ path: 'real/a.txt' })
    expect(await isGone()).toBe(false)
    await files.delete({ workspaceId, path: 'linked' })
    expect(await readdir(root)).toEqual(['out', 'real'])
  })

  it('has what was just typed on the disk before a file gets its new name', async () => {
    const files = filesOf(editor.actor)
    await files.create({ workspaceId, path: 'a.txt', kind: 'file' })
    const { documentId } = await files.open({ workspaceId, path: 'a.txt' })
    const { text, leave } = await join(documentId)
    text.insert(0, 'typed a moment ago')
    await expect.poll(async () => await headOf(documentId)).toBeGreaterThan(1)
    await files.rename({ workspaceId, from: 'a.txt', to: 'b.txt' })
    expect(await disk('b.txt')).toBe('typed a moment ago')
    leave()
  })

  it('keeps a document with the one of two files whose names are one text in two Unicode forms', async () => {
    const [nfc, nfd] = ['é.txt'.normalize('NFC'), 'é.txt'.normalize('NFD')]
    await writeFile(path.join(root, nfd), 'nfd\n')
    const files = filesOf(editor.actor)
    const { documentId } = await files.open({ workspaceId, path: nfc })
    const { text, leave } = await join(documentId)
    // A program makes its twin; an agent after this one is given the file that the document had.
    await writeFile(path.join(root, nfc), 'nfc\n')
    await expect(files.open({ workspaceId, path: nfc })).rejects.toMatchObject({ cause: { code: 'name_conflict' } })
    process.kill(Number(await readFile(path.join(root, '../runtime/agent.pid'), 'utf8')), 'SIGKILL')
    text.insert(0, 'typed ')
    await expect.poll(() => disk(nfd), { timeout: 10_000 }).toBe('typed nfd\n')
    expect(await disk(nfc)).toBe('nfc\n')
    await expect(files.open({ workspaceId, path: nfd })).resolves.toMatchObject({ documentId })
    leave()
  })

  it('refuses names that differ only in case or Unicode form', async () => {
    const files = filesOf(editor.actor)
    await files.create({ workspaceId, path: 'README', kind: 'file' })
    await expect(files.create({ workspaceId, path: 'readme', kind: 'file' })).rejects.toMatchObject({
      cause: { code: 'name_conflict' },
    })
    await expect(files.create({ workspaceId, path: 'README', kind: 'file' })).rejects.toMatchObject({
      cause: { code: 'path_exists' },
    })
    expect(await files.rename({ workspaceId, from: 'README', to: 'readme' })).toEqual({ from: 'README', to: 'readme' })
  })

  it('shows the tree', async () => {
    await writeFile(path.join(root, 'a.txt'), 'x')
    const shown = { agent: 'running', entries: [{ path: 'a.txt', kind: 'file', size: 1 }] }
    expect(await readTree()).toMatchObject(shown)
    expect(await readTree('identity')).toMatchObject(shown)
  })
})

describe('the audit log', () => {
  it('tells who made, renamed, deleted, brought back and uploaded something, and never its name', async () => {
    const files = filesOf(editor.actor)
    await files.create({ workspaceId, path: 'canary/one', kind: 'file' })
    await files.open({ workspaceId, path: 'canary/one' })
    await files.rename({ workspaceId, from: 'canary', to: 'canary2' })
    const { trashId } = await files.delete({ workspaceId, path: 'canary2' })
    await files.restore({ workspaceId, trashId })
    const headers = { cookie: editor.cookie, origin, 'sec-fetch-site': 'same-origin' }
    await fetch(`${origin}/api/workspaces/${workspaceId}/files/canary3`, { method: 'PUT', headers, body: 'text' })
    const rows = await database.prisma.auditEvent.findMany({ where: { workspaceId }, orderBy: { id: 'asc' } })
    expect(rows.map(({ action, targetId, details }) => [action, targetId, details])).toEqual([
      ['file.created', null, { kind: 'file' }],
      ['file.renamed', null, { documents: 1 }],
      ['file.deleted', trashId, {}],
      ['file.restored', trashId, {}],
      ['file.uploaded', null, { bytes: 4 }],
    ])
    expect(new Set(rows.map(({ actorId }) => actorId))).toEqual(new Set([editor.actor.userId]))
    expect(JSON.stringify(rows.map((row) => ({ ...row, id: 0 })))).not.toContain('canary')
  })

  it('has nothing of what was refused', async () => {
    const files = filesOf(editor.actor)
    await expect(files.delete({ workspaceId, path: 'none' })).rejects.toMatchObject({
      cause: { code: 'path_not_found' },
    })
    expect(await database.prisma.auditEvent.count({ where: { workspaceId } })).toBe(0)
  })
})

describe('upload and download', () => {
  const url = (name: string, query = '') => `${origin}/api/workspaces/${workspaceId}/files/${name}${query}`
  const headers = () => ({ cookie: editor.cookie, origin, 'sec-fetch-site': 'same-origin' })
  const put = (name: string, body: Uint8Array | string, query = '') =>
    fetch(url(name, query), { method: 'PUT', headers: headers(), body: body as string })
  const get = (name: string) => fetch(url(name), { headers: headers() })

  it('gives back the bytes that were put, as an attachment that is never shown', async () => {
    const bytes = Buffer.alloc(1_300_000, 'abc')
    expect((await put('big/파일%0d%0a.bin', '')).status).toBe(400)
    const answer = await put(`big/${encodeURIComponent('파일.svg')}`, bytes)
    expect([answer.status, await answer.json()]).toEqual([201, { path: 'big/파일.svg' }])
    const got = await get(`big/${encodeURIComponent('파일.svg')}`)
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true)
    expect(got.headers.get('content-type')).toBe('application/octet-stream')
    expect(got.headers.get('content-disposition')).toBe(
      `attachment; filename="__.svg"; filename*=UTF-8''%ED%8C%8C%EC%9D%BC.svg`,
    )
    expect(got.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('replaces, refuses or keeps both, as asked', async () => {
    await put('a.txt', 'one')
    expect((await put('a.txt', 'two')).status).toBe(409)
    expect(await (await put('a.txt', 'two', '?ifExists=keep-both')).json()).toEqual({ path: 'a (2).txt' })
    await put('a.txt', 'three', '?ifExists=replace')
    expect([await disk('a.txt'), await disk('a (2).txt')]).toEqual(['three', 'two'])
  })

  it('says that a name is taken while a large body still comes, and leaves nothing of it', async () => {
    await put('large.bin', 'one')
    const req = request({
      port: new URL(origin).port,
      host: '127.0.0.1',
      method: 'PUT',
      path: new URL(url('large.bin')).pathname,
      headers: { ...headers(), 'content-length': 3_000_000 },
    })
    const answered = once(req, 'response') as Promise<[IncomingMessage]>
    req.write(Buffer.alloc(1_500_000))
    expect((await answered)[0].statusCode).toBe(409)
    req.end(Buffer.alloc(1_500_000))
    expect(await readdir(path.join(root, '../runtime/uploads'))).toEqual([])
    expect(await disk('large.bin')).toBe('one')
  })

  it('leaves no residue of an upload that was cut off', async () => {
    await readTree()
    const { port } = new URL(origin)
    await new Promise<void>((resolve) => {
      const req = request({
        port,
        host: '127.0.0.1',
        method: 'PUT',
        path: new URL(url('cut.bin')).pathname,
        headers: { ...headers(), 'content-length': 2_000_000 },
      })
      req.on('error', () => resolve())
      req.write(Buffer.alloc(700_000), () => req.destroy(new Error('cut')))
    })
    await expect.poll(() => readdir(path.join(root, '../runtime/uploads')), { timeout: 5000 }).toEqual([])
    expect(await readdir(root)).toEqual([])
  })

  it('packs a folder as a zip, without links and what tools made', async () => {
    await mkdir(path.join(root, 'src/deep'), { recursive: true })
    await mkdir(path.join(root, 'src/node_modules/x'), { recursive: true })
    await writeFile(path.join(root, 'src/deep/a.txt'), 'inside')
    await symlink('/etc/passwd', path.join(root, 'src/link'))
    const answer = await fetch(`${origin}/api/workspaces/${workspaceId}/archive?path=src`, { headers: headers() })
    expect(answer.headers.get('content-disposition')).toContain('filename="src.zip"')
    const whole = await fetch(`${origin}/api/workspaces/${workspaceId}/archive`, { method: 'HEAD', headers: headers() })
    const { name } = await database.prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId } })
    expect(whole.headers.get('content-disposition')).toContain(`filename*=UTF-8''${encodeURIComponent(name)}.zip`)
    const zip = path.join(dataDir, 'out.zip')
    await writeFile(zip, Buffer.from(await answer.arrayBuffer()))
    const { fromBufferPromise } = await import('yauzl')
    const names: string[] = []
    for await (const entry of (await fromBufferPromise(await readFile(zip), { lazyEntries: true })).eachEntry())
      names.push(entry.fileName)
    expect(names).toEqual(['deep/', 'deep/a.txt'])
  })

  it('answers hostile paths with 400, and strangers with 404', async () => {
    await put('a.txt', 'x')
    for (const name of ['..%2f..%2fetc%2fpasswd', '%252e%252e/x', 'a%5Cb', 'a%00b'])
      expect((await get(name)).status).toBe(400)
    const stranger = await makePerson(database.prisma)
    expect((await fetch(url('a.txt'), { headers: { cookie: stranger.cookie } })).status).toBe(404)
    expect((await fetch(url('a.txt'))).status).toBe(401)
  })
})

describe('agent tokens', () => {
  it('opens nothing with the token of an older generation', async () => {
    await readTree()
    const pid = await readFile(path.join(root, '../runtime/agent.pid'), 'utf8')
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8')
    const token = /PAIRLOOM_AGENT_TOKEN=([^\0]+)/.exec(environment)?.[1]
    const connect = () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${origin.replace('http', 'ws')}/sync`, {
          headers: { authorization: `Bearer ${token}` },
        })
        socket.on('open', () => (resolve('open'), socket.close()))
        socket.on('error', (error) => resolve(error.message))
      })
    expect(await connect()).toBe('open')
    await database.prisma.workspace.update({ where: { id: workspaceId }, data: { generation: { increment: 1 } } })
    expect(await connect()).toContain('401')
  })
})
