import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, createTestWorkspaces, type TestWorkspaces } from './testing.ts'

let test: TestWorkspaces
beforeAll(async () => {
  test = await createTestWorkspaces()
})
afterAll(() => test.close())

const DAY_MS = 24 * 3_600_000

describe('a workspace', () => {
  it('appears in its maker’s list, empty, with an id in its volume', async () => {
    const mina = await test.person('Mina')
    const workspaceId = await test.workspaceOf(mina)

    expect(await test.as(mina).list()).toEqual([
      {
        id: workspaceId,
        name: 'Tides',
        role: 'owner',
        createdAt: new Date(test.clock.now).toISOString(),
        lastEditAt: null,
        people: [],
        memberCount: 1,
      },
    ])
    expect(await readdir(test.workspaces.folders.files(workspaceId))).toEqual([])
    const volumeId = await readFile(path.join(test.workspaces.folders.runtime(workspaceId), 'volume-id'), 'utf8')
    expect(volumeId).toBe((await test.prisma.workspace.findUniqueOrThrow({ where: { id: workspaceId } })).volumeId)
  })

  it('made from the sample holds a project that can be read in two languages', async () => {
    const mina = await test.person('Mina')
    const made = await test.as(mina).create({ source: 'sample', name: 'Try it' })
    if (!('workspaceId' in made)) throw new Error('a sample is made at once')

    const files = test.workspaces.folders.files(made.workspaceId)

    expect((await readdir(files, { recursive: true })).toSorted()).toEqual([
      'README.md',
      'package.json',
      'src',
      'src/format.ts',
      'src/harbours.ts',
      'src/main.ts',
      'src/tides.ts',
    ])
    expect(await readFile(path.join(files, 'README.md'), 'utf8')).toMatch(/Tide table[\s\S]*안녕하세요/)
  })

  it('says who is inside, and what is opened last comes first', async () => {
    const mina = await test.person('Mina')
    const [first, second] = [await test.workspaceOf(mina), await test.workspaceOf(mina)]
    test.inside.set(first, [{ id: 'x', name: 'Jun', color: 3, kind: 'person', role: 'viewer', paths: ['a.ts'] }])
    test.clock.now += 1000

    expect(await test.as(mina).get({ workspaceId: first })).toEqual({
      id: first,
      name: 'Tides',
      role: 'owner',
      agent: 'stopped',
      runtime: 'local',
      isIsolated: false,
    })

    const list = await test.as(mina).list()
    expect(list.map(({ id }) => id)).toEqual([first, second])
    expect(list[0]?.people).toEqual([{ id: 'x', name: 'Jun', color: 3 }])
  })

  it.each(['', '   ', 'a/b', 'a\u0000b', 'a\u202Eb', 'x'.repeat(81)])('cannot be called %j', async (name) => {
    const mina = await test.person('Mina')
    const workspaceId = await test.workspaceOf(mina)

    expect(await codeOf(test.as(mina).rename({ workspaceId, name }))).toBe('BAD_REQUEST')
  })

  it('is renamed by those who may share it', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'editor']])

    await test.as(mina).rename({ workspaceId, name: '  밀물과 썰물 ' })

    expect((await test.as(jun).list())[0]?.name).toBe('밀물과 썰물')
    expect(await codeOf(test.as(jun).rename({ workspaceId, name: 'Mine' }))).toBe('forbidden')
  })

  it('that is deleted is gone for all, and undo brings it back as it was', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const workspaceId = await test.workspaceOf(mina, [[jun, 'admin']])
    const file = path.join(test.workspaces.folders.files(workspaceId), 'a.txt')
    await writeFile(file, 'kept')
    expect(await codeOf(test.as(jun).delete({ workspaceId }))).toBe('forbidden')

    const { undoUntil } = await test.as(mina).delete({ workspaceId })

    expect(Date.parse(undoUntil)).toBe(test.clock.now + 7 * DAY_MS)
    expect(test.controlEvents.at(-1)).toEqual({ type: 'workspace-deleted', workspaceId })
    expect(test.stopped).toContain(workspaceId)
    expect(await codeOf(test.as(mina).get({ workspaceId }))).toBe('not_found')
    expect(await test.as(jun).list()).toEqual([])
    expect(await codeOf(test.as(jun).undelete({ workspaceId }))).toBe('not_found')

    await test.as(mina).undelete({ workspaceId })

    expect(await test.as(jun).get({ workspaceId })).toMatchObject({ role: 'admin' })
    expect(await readFile(file, 'utf8')).toBe('kept')
    const audit = await test.prisma.auditEvent.findMany({ where: { workspaceId }, orderBy: { id: 'asc' } })
    expect(audit.map((row) => row.action)).toEqual(['workspace.created', 'workspace.deleted', 'workspace.undeleted'])
  })

  it('deleted twice keeps the first window, and says so once', async () => {
    const mina = await test.person('Mina')
    const workspaceId = await test.workspaceOf(mina)
    const first = await test.as(mina).delete({ workspaceId })
    test.clock.now += 1000

    expect(await test.as(mina).delete({ workspaceId })).toEqual(first)

    const told = test.controlEvents.filter((e) => e.type === 'workspace-deleted' && e.workspaceId === workspaceId)
    expect(told).toHaveLength(1)
  })

  it('is swept with its files when the window is over, and not before', async () => {
    const mina = await test.person('Mina')
    const [doomed, kept] = [await test.workspaceOf(mina), await test.workspaceOf(mina)]
    await test.as(mina).delete({ workspaceId: doomed })
    const folder = path.dirname(test.workspaces.folders.files(doomed))

    test.clock.now += 7 * DAY_MS - 1
    await test.workspaces.sweep()
    expect(existsSync(folder)).toBe(true)
    test.clock.now += 1
    expect(await codeOf(test.as(mina).undelete({ workspaceId: doomed }))).toBe('not_found')
    await test.workspaces.sweep()

    expect(existsSync(folder)).toBe(false)
    expect(await test.prisma.workspace.count({ where: { id: doomed } })).toBe(0)
    expect((await test.as(mina).list()).map(({ id }) => id)).toEqual([kept])
  })
})
