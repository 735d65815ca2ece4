import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WorkspaceId } from '#shared/ids.ts'
import { callerOf, joinDocument, makeDiskWorkspace, makePerson, type Person } from './testing/disk-workspace.ts'
import { startTestApp } from './testing/test-app.ts'

let test: Awaited<ReturnType<typeof startTestApp>>
let workspaceId: WorkspaceId
let root: string
let editor: Person

beforeAll(async () => {
  test = await startTestApp()
})
afterAll(() => test.close())
beforeEach(async () => {
  const { prisma } = test.database
  ;({ workspaceId, root } = await makeDiskWorkspace(prisma, test.dataDir))
  editor = await makePerson(prisma, { workspaceId, role: 'editor' })
})

const files = () => callerOf(test.app, editor.actor).files
const disk = (name: string) => readFile(path.join(root, name), 'utf8')
const listed = async () => (await files().deleted({ workspaceId })).files
const restore = (documentId: string) => files().restoreDeleted({ workspaceId, documentId: documentId as never })
const paths = async () => {
  const answer = await fetch(`${test.origin}/api/workspaces/${workspaceId}/tree`, {
    headers: { cookie: editor.cookie },
  })
  return ((await answer.json()) as { entries: { path: string }[] }).entries.map((entry) => entry.path)
}
/** A file that was opened once, with this text; nobody is in it any more. */
async function write(name: string, text: string): Promise<string> {
  await writeFile(path.join(root, name), text)
  const { documentId } = await files().open({ workspaceId, path: name })
  await expect.poll(() => test.database.prisma.fileBase.count({ where: { documentId } }), { timeout: 5000 }).toBe(1)
  await expect.poll(paths, { timeout: 5000 }).toContain(name)
  return documentId
}

describe('deleted files', () => {
  it('are listed with who deleted them and when, and come back with their text, document and history', async () => {
    const documentId = await write('a.txt', 'one\n')
    const { text, leave } = await joinDocument(test.origin, documentId, editor)
    text.insert(0, 'typed ')
    await expect.poll(() => disk('a.txt'), { timeout: 5000 }).toBe('typed one\n')
    leave()
    expect(await listed()).toEqual([])
    const before = Date.now()
    await files().delete({ workspaceId, path: 'a.txt' })
    const [gone, ...others] = await listed()
    expect(others).toEqual([])
    expect(gone).toMatchObject({ documentId, path: 'a.txt', deletedBy: { name: 'Ada', color: 1 } })
    expect(gone?.deletedAt).toBeGreaterThan(before - 5_000)
    const { history } = callerOf(test.app, editor.actor)
    const moment = await history.moment({ workspaceId, documentId: documentId as never, seq: gone?.seq ?? 0 })
    expect(moment.text).toBe('typed one\n')

    expect(await restore(documentId)).toEqual({ path: 'a.txt' })
    expect(await disk('a.txt')).toBe('typed one\n')
    expect(await files().open({ workspaceId, path: 'a.txt' })).toMatchObject({ documentId })
    expect(await listed()).toEqual([])
    const audited = await test.database.prisma.auditEvent.findMany({ where: { workspaceId, action: 'file.restored' } })
    expect(audited).toMatchObject([{ targetId: documentId, actorId: editor.actor.userId }])
  })

  it('are listed, too, where a program removed them while nobody had them open, with their folder', async () => {
    await files().create({ workspaceId, path: 'src/deep', kind: 'folder' })
    const documentId = await write('src/deep/b.txt', 'kept\n')
    await files().settle({ workspaceId, documentIds: [documentId as never] })
    await rm(path.join(root, 'src'), { recursive: true })
    await expect
      .poll(listed, { timeout: 5000 })
      .toMatchObject([{ documentId, path: 'src/deep/b.txt', deletedBy: null }])
    expect((await listed())[0]?.editedAt).toBeGreaterThan(0)
    expect(await restore(documentId)).toEqual({ path: 'src/deep/b.txt' })
    expect(await disk('src/deep/b.txt')).toBe('kept\n')
  })

  it('take a numbered name where another file has theirs, and both go on', async () => {
    const first = await write('a.txt', 'first\n')
    await files().delete({ workspaceId, path: 'a.txt' })
    const second = await write('b.txt', 'second\n')
    await files().rename({ workspaceId, from: 'b.txt', to: 'a.txt' })
    expect(await listed()).toMatchObject([{ documentId: first, path: 'a.txt' }])
    expect(await restore(first)).toEqual({ path: 'a (2).txt' })
    expect([await disk('a.txt'), await disk('a (2).txt')]).toEqual(['second\n', 'first\n'])
    expect(await files().open({ workspaceId, path: 'a.txt' })).toMatchObject({ documentId: second })
    expect(await files().open({ workspaceId, path: 'a (2).txt' })).toMatchObject({ documentId: first })
    const { text, leave } = await joinDocument(test.origin, first, editor)
    expect(text.toJSON()).toBe('first\n')
    text.insert(0, 'still ')
    await expect.poll(() => disk('a (2).txt'), { timeout: 5000 }).toBe('still first\n')
    leave()
  })

  it('come back with the line endings and the mark they had', async () => {
    const raw = '\uFEFFone\r\ntwo\r\n'
    const documentId = await write('crlf.txt', raw)
    await files().delete({ workspaceId, path: 'crlf.txt' })
    await restore(documentId)
    expect(await disk('crlf.txt')).toBe(raw)
  })

  it('come back while somebody has them open, with what was typed since', async () => {
    const documentId = await write('a.txt', 'one\n')
    const { text, leave } = await joinDocument(test.origin, documentId, editor)
    await files().delete({ workspaceId, path: 'a.txt' })
    text.insert(0, 'typed since ')
    await expect.poll(listed, { timeout: 5000 }).toMatchObject([{ documentId }])
    expect(await restore(documentId)).toEqual({ path: 'a.txt' })
    await expect.poll(() => disk('a.txt').catch(() => null), { timeout: 5000 }).toBe('typed since one\n')
    leave()
  })

  it('come back once where two bring them back at once', async () => {
    const documentId = await write('a.txt', 'one\n')
    await files().delete({ workspaceId, path: 'a.txt' })
    const outcomes = await Promise.allSettled([restore(documentId), restore(documentId)])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await readdir(root)).toEqual(['a.txt'])
    expect(await listed()).toEqual([])
  })

  it('are of the workspace they were in, and for those who may write there', async () => {
    const documentId = await write('a.txt', 'secret\n')
    await files().delete({ workspaceId, path: 'a.txt' })
    const viewer = await makePerson(test.database.prisma, { workspaceId, role: 'viewer' })
    await expect(callerOf(test.app, viewer.actor).files.deleted({ workspaceId })).rejects.toMatchObject({
      cause: { code: 'forbidden' },
    })
    const other = await makeDiskWorkspace(test.database.prisma, test.dataDir)
    const stranger = await makePerson(test.database.prisma, { workspaceId: other.workspaceId, role: 'owner' })
    const theirs = callerOf(test.app, stranger.actor).files
    expect(await theirs.deleted({ workspaceId: other.workspaceId })).toEqual({ files: [] })
    await expect(
      theirs.restoreDeleted({ workspaceId: other.workspaceId, documentId: documentId as never }),
    ).rejects.toMatchObject({ cause: { code: 'not_found' } })
    expect(await readdir(other.root)).toEqual([])
  })

  it('that are there are not made again', async () => {
    const documentId = await write('a.txt', 'one\n')
    await expect(restore(documentId)).rejects.toMatchObject({ cause: { code: 'not_found' } })
    expect(await readdir(root)).toEqual(['a.txt'])
  })
})
