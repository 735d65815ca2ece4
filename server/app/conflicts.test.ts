import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { ConflictInfo } from '#shared/api/conflicts.ts'
import type { ConflictId, DocumentId, WorkspaceId } from '#shared/ids.ts'
import { parseEnv } from '#server/env.ts'
import { createConflicts } from '#server/files/conflicts/conflicts.ts'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { newId } from '#server/platform/tokens.ts'
import { type App, createApp } from './app.ts'
import { callerOf, joinDocument, makeDiskWorkspace, makePerson, type Person } from './testing/disk-workspace.ts'

const TEXT = 'first\nlimit = 10\nlast\n'
const log = pino({ level: 'silent' })

let dataDir: string
let database: TestDatabase
let app: App
let origin: string
let workspaceId: WorkspaceId
let root: string

const filesOf = ({ actor }: Person) => callerOf(app, actor).files

const startApp = async (): Promise<void> => {
  const parsed = parseEnv({ PORT: '0', DATA_DIR: dataDir })
  if (!('env' in parsed)) throw new Error(parsed.problems.join('\n'))
  app = await createApp({ env: parsed.env, database, secret: 's'.repeat(43), setupCode: null, log })
  origin = `http://127.0.0.1:${await app.listen()}`
}

beforeAll(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(path.join(tmpdir(), 'pairloom-conflicts-'))
  await startApp()
})
afterAll(async () => {
  await app.close()
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
})
beforeEach(async () => {
  ;({ workspaceId, root } = await makeDiskWorkspace(database.prisma, dataDir))
})

const disk = () => readFile(path.join(root, 'a.txt'), 'utf8')

/** A person and a program replace one word at once; the conflict is there. */
async function conflict() {
  const member = (role: MemberRole) => makePerson(database.prisma, { workspaceId, role })
  const [ann, bob, viewer] = [await member('editor'), await member('editor'), await member('viewer')]
  await writeFile(path.join(root, 'a.txt'), TEXT)
  const { documentId } = await filesOf(ann).open({ workspaceId, path: 'a.txt' })
  const { doc, text, leave } = await joinDocument(origin, documentId, ann)
  const replace = (from: string, to: string): void =>
    doc.transact(() => {
      const at = text.toJSON().indexOf(from)
      text.delete(at, from.length)
      text.insert(at, to)
    })
  replace('10', '20')
  await writeFile(path.join(root, 'a.txt'), TEXT.replace('10', '30'))
  const list = () => filesOf(ann).conflicts({ workspaceId })
  await expect.poll(list, { timeout: 10_000 }).toHaveLength(1)
  const [found] = (await list()) as [ConflictInfo]
  await expect.poll(disk, { timeout: 5_000 }).toBe(text.toJSON())
  const id = found.id as ConflictId
  return { ann, bob, viewer, documentId, text, replace, leave, list, found, id }
}

describe('a conflict of people and the disk', () => {
  it('[K2] is there for members, also after the server and the agent started anew, with what either side wrote', async () => {
    const { viewer, found, leave, documentId } = await conflict()
    expect(found).toMatchObject({
      documentId,
      path: 'a.txt',
      base: 'limit = 10\n',
      document: 'limit = 20\n',
      disk: 'limit = 30\n',
      line: 2,
    })
    expect(found.now).toBe(found.merged)
    leave()
    await app.close()
    await startApp()
    expect(await filesOf(viewer).conflicts({ workspaceId })).toEqual([found])
  })

  it('is decided by one edit of the person, which is undone by another, and then there is a choice again', async () => {
    const { ann, text, list, found, id, leave } = await conflict()
    const resolve = { workspaceId, conflictId: id, current: found.now, text: found.disk }
    expect(await filesOf(ann).resolveConflict(resolve)).toEqual({ status: 'done' })
    expect(await list()).toEqual([])
    await expect.poll(disk, { timeout: 5_000 }).toBe(TEXT.replace('10', '30'))
    expect(text.toJSON()).toBe(TEXT.replace('10', '30'))
    expect(await filesOf(ann).undoConflict({ workspaceId, conflictId: id })).toEqual({ status: 'done' })
    expect(await list()).toMatchObject([{ id, now: found.now }])
    await expect.poll(disk, { timeout: 5_000 }).toContain(found.now)
    // Who types on there has not chosen by that.
    text.insert(text.toJSON().indexOf('\nlast'), ' // more')
    await expect.poll(disk, { timeout: 5_000 }).toContain('// more')
    expect(await list()).toMatchObject([{ id }])
    leave()
  })

  it('is over where both lines are kept, and where somebody wants it as it stands', async () => {
    const { ann, text, list, found, id, leave } = await conflict()
    const files = filesOf(ann)
    const both = found.document + found.disk
    expect(await files.resolveConflict({ workspaceId, conflictId: id, current: found.now, text: both })).toEqual({
      status: 'done',
    })
    expect(await list()).toEqual([])
    await expect.poll(() => text.toJSON(), { timeout: 5_000 }).toBe(`first\n${both}last\n`)
    await files.undoConflict({ workspaceId, conflictId: id })
    expect(await list()).toHaveLength(1)
    await files.resolveConflict({ workspaceId, conflictId: id, current: found.now, text: found.now })
    expect(await list()).toEqual([])
    leave()
  })

  it('changes nothing for the second of two who choose at once, and for who saw another text', async () => {
    const { ann, bob, found, id, text, leave } = await conflict()
    const choice = { workspaceId, conflictId: id, current: found.now }
    const texts = [found.document, found.disk]
    const outcomes = await Promise.all([
      filesOf(ann).resolveConflict({ ...choice, text: found.document }),
      filesOf(bob).resolveConflict({ ...choice, text: found.disk }),
    ])
    const won = texts[outcomes.findIndex(({ status }) => status === 'done')] ?? ''
    expect(outcomes).toContainEqual({ status: 'done' })
    expect(outcomes).toContainEqual({ status: 'changed', current: won })
    await expect.poll(() => text.toJSON(), { timeout: 5_000 }).toBe(`first\n${won}last\n`)
    leave()
  })

  it('goes away by itself where people edit it away', async () => {
    const { list, found, replace, leave } = await conflict()
    replace(found.now, 'limit = 30\n')
    await expect.poll(list, { timeout: 5_000 }).toEqual([])
    leave()
  })

  it('is seen by viewers, who may not choose, and is nobody else’s', async () => {
    const { viewer, found, id, leave } = await conflict()
    const files = filesOf(viewer)
    expect(await files.conflicts({ workspaceId })).toHaveLength(1)
    await expect(
      files.resolveConflict({ workspaceId, conflictId: id, current: found.now, text: found.disk }),
    ).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    leave()
    const own = workspaceId
    workspaceId = newId<WorkspaceId>()
    await database.prisma.workspace.create({ data: { id: workspaceId, name: 'other', volumeId: newId<string>() } })
    const stranger = await makePerson(database.prisma, { workspaceId, role: 'editor' })
    await expect(
      filesOf(stranger).resolveConflict({ workspaceId, conflictId: id, current: found.now, text: '' }),
    ).rejects.toMatchObject({ cause: { code: 'not_found' } })
    await expect(filesOf(stranger).conflicts({ workspaceId: own })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
  })

  it('is one however often the agent tells it, and people are told when it comes and goes', async () => {
    const { documentId, leave } = await conflict()
    const stored = await database.prisma.diskConflict.findFirstOrThrow({ where: { documentId } })
    const events: unknown[] = []
    let now = stored.mergedText
    const conflicts = createConflicts({
      pool: database.pool,
      sync: {
        locate: async () => ({ text: now, places: [{ from: 0, to: now.length }] }),
        amend: () => Promise.reject(new Error('nobody chooses here')),
      },
      broadcast: (...told) => void events.push(told),
      log,
    })
    const told = {
      start: stored.startAnchor,
      end: stored.endAnchor,
      base: stored.baseText,
      document: stored.documentText,
      disk: stored.diskText,
      merged: stored.mergedText,
    }
    const id = documentId as DocumentId
    await conflicts.note(workspaceId, id, told)
    expect(await database.prisma.diskConflict.count({ where: { documentId } })).toBe(1)
    expect(events).toEqual([])
    await conflicts.note(workspaceId, id, { ...told, disk: 'limit = 40\n' })
    expect(events).toEqual([[workspaceId, 'conflicts.changed', { workspaceId, documentId }]])
    now = stored.documentText
    conflicts.settled(workspaceId, id)
    await expect.poll(() => events).toHaveLength(2)
    leave()
  })
})
