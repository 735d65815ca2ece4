import { createHash } from 'node:crypto'
import {
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DocumentId } from '#shared/ids.ts'
import { type AgentFolder, createAgentFolder, ended } from './testing/agent-process.ts'
import { type FakeServer, startFakeServer } from './testing/fake-server.ts'

let folder: AgentFolder
let server: FakeServer
const id = 'AAAAAAAAAAAAAAAAAAAAAA' as DocumentId

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
const disk = (name: string) => readFile(at(name), 'utf8')
const attach = (name: string, documentId = id) =>
  server.call((agent) => agent.emitWithAck('documents.attach', { documentId, path: name, epoch: 1 }))
const onDisk = async (text: string) => {
  const seq = () => server.document(id).history.length
  await server.until(
    () =>
      server.statuses.at(-1)?.status === 'on-disk' && server.statuses.at(-1)?.seq === seq() && server.text(id) === text,
    `on disk: ${text}`,
  )
}
/** All of it at once: seen while still empty it would be a file that people's words may be written into. */
const putLarge = async (file: string, bytes: number) => {
  await writeFile(`${file}.large`, '')
  await truncate(`${file}.large`, bytes)
  await rename(`${file}.large`, file)
}
/** What joining made the agent write is written: whatever happens to the file from here on, no write is under way. */
const sha = (text: string): string => createHash('sha256').update(text).digest('hex')
/** Resolves once the agent has asked this, and `act` is done before it is answered; once. */
const atCall = (call: string, act: () => Promise<void>) =>
  new Promise<void>((resolve) => {
    server.before = async (asked) => {
      if (asked !== call) return
      server.before = () => {}
      await act()
      resolve()
    }
  })
const atRest = () => server.until(() => server.statuses.some(({ status }) => status === 'on-disk'), 'at rest')
const leftovers = async () => (await readdir(folder.root)).filter((name) => name.startsWith('.pairloom~'))

describe('a document and its file', () => {
  it.each([
    ['some text', 'hello\n한글\n'],
    ['an empty file', ''],
  ])('[L2] seeds %s as seq 1, and opening changes neither bytes nor mtime', async (_, text) => {
    await writeFile(at('a.txt'), text)
    const before = await stat(at('a.txt'))
    folder.start(server.url)
    expect(await attach('a.txt')).toEqual({ realPath: 'a.txt', bom: false })
    expect(server.document(id).history).toHaveLength(1)
    expect(server.text(id)).toBe(text)
    expect(server.document(id).base).toMatchObject({ seq: 1 })
    const after = await stat(at('a.txt'))
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino])
  })

  it('seeds a file too large for one message', async () => {
    const text = '0123456789abcdef\n'.repeat(100_000)
    await writeFile(at('a.txt'), text)
    folder.start(server.url)
    await attach('a.txt')
    expect(server.text(id)).toBe(text)
  })

  it('[K4] writes edits back, keeps the mode, and leaves nothing beside the file', async () => {
    await writeFile(at('run.sh'), 'one\n', { mode: 0o755 })
    folder.start(server.url)
    await attach('run.sh')
    server.edit(id, (t) => t.insert(4, 'two\n'))
    await onDisk('one\ntwo\n')
    expect(await disk('run.sh')).toBe('one\ntwo\n')
    expect((await stat(at('run.sh'))).mode & 0o777).toBe(0o755)
    expect(await leftovers()).toEqual([])
    expect(server.document(id).base).toMatchObject({ seq: 2, intentSeq: null })
  })

  it('[T1] keeps a byte order mark and the line endings of untouched lines', async () => {
    await writeFile(at('a.txt'), '\ufeffone\r\ntwo\nthree\r\n')
    folder.start(server.url)
    expect(await attach('a.txt')).toMatchObject({ bom: true })
    expect(server.text(id)).toBe('one\ntwo\nthree\n')
    server.edit(id, (t) => t.insert(14, 'four\n'))
    await onDisk('one\ntwo\nthree\nfour\n')
    expect(await disk('a.txt')).toBe('\ufeffone\r\ntwo\nthree\r\nfour\r\n')
  })

  it('settles at once what was just typed', async () => {
    await writeFile(at('a.txt'), '')
    folder.start(server.url)
    await attach('a.txt')
    server.edit(id, (t) => t.insert(0, 'now'))
    const { isSettled } = await server.call((agent) =>
      agent.emitWithAck('files.settle', { documentIds: 'all', timeoutMs: 300 }),
    )
    expect(isSettled).toBe(true)
    expect(await disk('a.txt')).toBe('now')
  })

  it('writes hard-linked files in place, so that both names keep the content', async () => {
    await writeFile(at('a.txt'), 'x')
    await link(at('a.txt'), at('b.txt'))
    folder.start(server.url)
    await attach('a.txt')
    server.edit(id, (t) => t.insert(1, 'y'))
    await onDisk('xy')
    expect(await disk('b.txt')).toBe('xy')
  })

  it('follows a link inside the workspace to one real path, and leaves the link a link', async () => {
    await writeFile(at('real.txt'), 'x')
    await symlink('real.txt', at('link.txt'))
    folder.start(server.url)
    expect(await attach('link.txt')).toEqual({ realPath: 'real.txt', bom: false })
    server.edit(id, (t) => t.insert(1, 'y'))
    await onDisk('xy')
    expect(await disk('real.txt')).toBe('xy')
  })

  it.each([
    ['binary.bin', Buffer.from([1, 0, 2]), 'not_text'],
    ['latin1.txt', Buffer.from([0xe9, 0x74]), 'not_text'],
    ['huge.txt', Buffer.alloc((5 << 20) + 1, 0x61), 'too_large'],
  ])('[K6] refuses %s as a document', async (name, bytes, code) => {
    await writeFile(at(name), bytes)
    folder.start(server.url)
    await expect(attach(name)).rejects.toMatchObject({ code })
    expect(server.document(id).history).toHaveLength(0)
  })
})

describe('a file changed by others', () => {
  it('is merged with edits when it is opened again', async () => {
    await writeFile(at('a.txt'), 'one\ntwo\nthree\n')
    const first = folder.start(server.url)
    await attach('a.txt')
    first.kill('SIGTERM')
    await ended(first)
    await writeFile(at('a.txt'), 'one\ntwo\nthree\nfrom disk\n')
    server.edit(id, (t) => t.insert(0, 'from people\n'))
    folder.start(server.url)
    await attach('a.txt')
    const merged = 'from people\none\ntwo\nthree\nfrom disk\n'
    await onDisk(merged)
    expect(await disk('a.txt')).toBe(merged)
  })

  it('is merged while it is open, once', async () => {
    await writeFile(at('a.txt'), 'one\n')
    folder.start(server.url)
    await attach('a.txt')
    await writeFile(at('tmp'), 'one\nfrom disk\n')
    await rename(at('tmp'), at('a.txt'))
    await onDisk('one\nfrom disk\n')
    server.edit(id, (t) => t.insert(0, 'zero\n'))
    await onDisk('zero\none\nfrom disk\n')
    expect(await disk('a.txt')).toBe('zero\none\nfrom disk\n')
  })

  it('is not made again when it was deleted, and people are told', async () => {
    await writeFile(at('a.txt'), 'one\n')
    folder.start(server.url)
    await attach('a.txt')
    await server.call((agent) => agent.emitWithAck('files.delete', { path: 'a.txt' }))
    await server.until(() => server.gone.includes(id), 'gone')
    server.edit(id, (t) => t.insert(0, 'zero\n'))
    await server.until(() => server.statuses.at(-1)?.message === 'path_not_found', 'failed')
    expect(await readdir(folder.root)).toEqual([])
  })
})

describe('a file whose name or kind changes while people type', () => {
  it('[K5] is followed to its new name, and typing goes there', async () => {
    await mkdir(at('sub'))
    await writeFile(at('a.txt'), 'one\n')
    folder.start(server.url)
    await attach('a.txt')
    await rename(at('a.txt'), at('sub/b.txt'))
    await server.until(() => server.renamed.length > 0, 'renamed')
    expect(server.renamed[0]).toEqual({ documentId: id, path: 'sub/b.txt' })
    server.edit(id, (t) => t.insert(4, 'two\n'))
    await onDisk('one\ntwo\n')
    expect(await disk('sub/b.txt')).toBe('one\ntwo\n')
    expect(await readdir(folder.root)).toEqual(['sub'])
  })

  it('[K5] is made again with the newest text where people keep it', async () => {
    await writeFile(at('a.txt'), 'one\n', { mode: 0o755 })
    folder.start(server.url)
    await attach('a.txt')
    await rm(at('a.txt'))
    await server.until(() => server.gone.includes(id), 'gone')
    server.edit(id, (t) => t.insert(0, 'zero\n'))
    await server.call((agent) => agent.emitWithAck('documents.keep', { documentId: id }))
    await onDisk('zero\none\n')
    expect(await disk('a.txt')).toBe('zero\none\n')
    expect((await stat(at('a.txt'))).mode & 0o777).toBe(0o755)
  })

  it('[K5] is told as gone where it was deleted while no agent was here, and is kept, or comes back', async () => {
    await writeFile(at('a.txt'), 'one\n')
    const first = folder.start(server.url)
    await attach('a.txt')
    first.kill('SIGKILL')
    await ended(first)
    await rm(at('a.txt'))
    server.edit(id, (t) => t.insert(0, 'zero\n'))
    const second = folder.start(server.url)
    await attach('a.txt')
    await server.until(() => server.gone.includes(id), 'gone')
    expect(await readdir(folder.root)).toEqual([])
    await server.call((agent) => agent.emitWithAck('documents.keep', { documentId: id }))
    await onDisk('zero\none\n')
    expect(await disk('a.txt')).toBe('zero\none\n')

    second.kill('SIGKILL')
    await ended(second)
    await rm(at('a.txt'))
    server.edit(id, (t) => t.insert(0, 'more\n'))
    folder.start(server.url)
    await attach('a.txt')
    await server.until(() => server.gone.length === 2, 'gone again')
    await writeFile(at('a.txt'), 'zero\none\nfrom a backup\n')
    await onDisk('more\nzero\none\nfrom a backup\n')
  })

  it.each([
    ['a folder', 'not_a_file', () => mkdir(at('a.txt'))],
    ['a link that leaves', 'path_invalid', () => symlink(os.tmpdir(), at('a.txt'))],
    ['a link to another file', 'not_a_file', () => symlink('b.txt', at('a.txt'))],
    ['a file that is no text', 'not_text', () => writeFile(at('a.txt'), Buffer.from([0, 1]))],
    ['a file of 2 GB', 'too_large', () => putLarge(at('a.txt'), 2 ** 31)],
  ])('[K5][K6] is left alone where %s took its place, and people are told', async (_, code, replace) => {
    await writeFile(at('a.txt'), 'one\n')
    await writeFile(at('b.txt'), 'other\n')
    folder.start(server.url)
    await attach('a.txt')
    await atRest()
    await rm(at('a.txt'))
    await replace()
    server.edit(id, (t) => t.insert(0, 'zero\n'))
    await server.until(() => server.statuses.some(({ message }) => message === code), code)
    expect(await disk('b.txt')).toBe('other\n')
    await rm(at('a.txt'), { recursive: true })
    await writeFile(at('a.txt'), 'one\nback\n')
    await onDisk('zero\none\nback\n')
    expect(await disk('a.txt')).toBe('zero\none\nback\n')
  })

  it('[K3] keeps a line that a program with a stale buffer knows nothing of', async () => {
    await writeFile(at('a.txt'), 'one\ntwo\nthree\n')
    folder.start(server.url)
    await attach('a.txt')
    server.edit(id, (t) => t.insert(4, 'from a colleague\n'))
    await onDisk('one\nfrom a colleague\ntwo\nthree\n')
    await writeFile(at('a.txt'), 'one\ntwo\nthree\nstale\n')
    await onDisk('one\nfrom a colleague\ntwo\nthree\nstale\n')
  })

  it('[K3] keeps what people wrote where a program writes back unchanged what we had just replaced', async () => {
    await writeFile(at('a.txt'), 'one\ntwo\n')
    folder.start(server.url)
    await attach('a.txt')
    await atRest()
    const writtenBack = atCall('base.set', async () => {
      await writeFile(at('sedTemp'), 'one\ntwo\n')
      await rename(at('sedTemp'), at('a.txt'))
    })
    server.edit(id, (t) => t.insert(4, 'from a colleague\n'))
    await writtenBack
    await vi.waitFor(async () => expect(await disk('a.txt')).toBe('one\nfrom a colleague\ntwo\n'), 5_000)
    expect(server.text(id)).toBe('one\nfrom a colleague\ntwo\n')
  })

  it('[K3] takes out what git takes out, however soon after it was written', async () => {
    await mkdir(at('.git'))
    await writeFile(at('a.txt'), 'one\ntwo\n')
    folder.start(server.url)
    await attach('a.txt')
    await atRest()
    const checkedOut = atCall('base.set', async () => {
      await writeFile(at('.git/index'), '')
      await writeFile(at('fromGit'), 'one\ntwo\n')
      await rename(at('fromGit'), at('a.txt'))
    })
    server.edit(id, (t) => t.insert(4, 'from a colleague\n'))
    await checkedOut
    await server.until(() => server.text(id) === 'one\ntwo\n', 'taken out')
    await onDisk('one\ntwo\n')
  })

  it('[K4] waits while git holds its lock', async () => {
    await mkdir(at('.git'))
    await writeFile(at('a.txt'), 'one\n')
    folder.start(server.url)
    await attach('a.txt')
    await atRest()
    await writeFile(at('.git/index.lock'), '')
    server.edit(id, (t) => t.insert(0, 'zero\n'))
    const settle = () =>
      server.call((agent) => agent.emitWithAck('files.settle', { documentIds: 'all', timeoutMs: 300 }))
    expect(await settle()).toEqual({ isSettled: false })
    // Nor is one known to be on the disk that is not open here.
    const unknown = 'BBBBBBBBBBBBBBBBBBBBBB' as DocumentId
    expect(
      await server.call((agent) => agent.emitWithAck('files.settle', { documentIds: [unknown], timeoutMs: 300 })),
    ).toEqual({ isSettled: false })
    expect(await disk('a.txt')).toBe('one\n')
    await rm(at('.git/index.lock'))
    await onDisk('zero\none\n')
  })

  it('[K4] leaves a write where git took its lock after the write began', async () => {
    await mkdir(at('.git'))
    await writeFile(at('a.txt'), 'one\n')
    folder.start(server.url)
    await attach('a.txt')
    await atRest()
    const begun = atCall('base.intend', async () => {
      await writeFile(at('.git/index.lock'), '')
    })
    server.edit(id, (t) => t.insert(0, 'zero\n'))
    await begun
    const settle = () =>
      server.call((agent) => agent.emitWithAck('files.settle', { documentIds: 'all', timeoutMs: 300 }))
    expect(await settle()).toEqual({ isSettled: false })
    expect(await disk('a.txt')).toBe('one\n')
    // What git brings is merged with it.
    await writeFile(at('a.txt'), 'one\nfrom git\n')
    await rm(at('.git/index.lock'))
    await onDisk('zero\none\nfrom git\n')
    expect(await leftovers()).toEqual([])
  })
})

describe('an agent killed in the middle', () => {
  it.each([
    ['before the rename', 'base.intend', 'one\n'],
    ['after the rename', 'base.set', 'one\ntwo\n'],
  ])('[K4] %s of a write loses and doubles nothing', async (_, call, onDiskThen) => {
    await writeFile(at('a.txt'), 'one\n')
    const agent = folder.start(server.url)
    await attach('a.txt')
    const killed = atCall(call, async () => {
      agent.kill('SIGKILL')
      await ended(agent)
    })
    server.edit(id, (t) => t.insert(4, 'two\n'))
    await killed
    expect(await disk('a.txt')).toBe(onDiskThen)
    server.document(id).base = { ...server.document(id).base!, ...(call === 'base.set' && { intentSeq: 2 }) }
    server.edit(id, (t) => t.insert(8, 'three\n'))
    folder.start(server.url)
    await attach('a.txt')
    await onDisk('one\ntwo\nthree\n')
    expect(await disk('a.txt')).toBe('one\ntwo\nthree\n')
    expect(await leftovers()).toEqual([])
  })

  it('[K4][K5] is told as gone where the folder went too, and the write is found again when it is back', async () => {
    await mkdir(at('sub'))
    await writeFile(at('sub/a.txt'), 'one\n')
    const agent = folder.start(server.url)
    await attach('sub/a.txt')
    await atRest()
    const killed = atCall('base.intend', async () => {
      agent.kill('SIGKILL')
      await ended(agent)
    })
    server.edit(id, (t) => t.insert(4, 'two\n'))
    await killed
    await rename(at('sub'), at('elsewhere'))
    folder.start(server.url)
    await attach('sub/a.txt')
    await server.until(() => server.statuses.some(({ message }) => message === 'path_not_found'), 'gone')
    await rename(at('elsewhere'), at('sub'))
    await vi.waitFor(async () => expect(await disk('sub/a.txt')).toBe('one\ntwo\n'), 8_000)
    expect(server.text(id)).toBe('one\ntwo\n')
  })

  it('[K4] merges the version that another program had written just before the rename', async () => {
    await writeFile(at('a.txt'), 'one\n')
    const agent = folder.start(server.url)
    await attach('a.txt')
    agent.kill('SIGKILL')
    await ended(agent)
    // As left by a kill between the rename and the look at the file set aside.
    server.edit(id, (t) => t.insert(4, 'two\n'))
    await writeFile(at('a.txt'), 'one\ntwo\n')
    server.document(id).base = {
      ...server.document(id).base!,
      intentSeq: 2,
      intentSha256: sha('one\ntwo\n'),
    }
    await writeFile(path.join(folder.runtime, `scratch/aside-${id}`), 'foreign\none\n')
    await writeFile(at('.pairloom~tmp-0123'), 'half')
    folder.start(server.url)
    await attach('a.txt')
    await onDisk('foreign\none\ntwo\n')
    expect(await leftovers()).toEqual([])
    await vi.waitFor(async () => expect(await readdir(path.join(folder.runtime, 'scratch'))).toEqual([]), 5_000)
  })

  it('[K4] takes nothing for deleted where a program cut what was set aside to nothing and wrote no more', async () => {
    await writeFile(at('a.txt'), 'one\n')
    const agent = folder.start(server.url)
    await attach('a.txt')
    agent.kill('SIGKILL')
    await ended(agent)
    server.edit(id, (t) => t.insert(4, 'two\n'))
    await writeFile(at('a.txt'), 'one\ntwo\n')
    server.document(id).base = { ...server.document(id).base!, intentSeq: 2, intentSha256: sha('one\ntwo\n') }
    const aside = path.join(folder.runtime, `scratch/aside-${id}`)
    await rm(aside, { force: true })
    await writeFile(aside, '')
    await utimes(aside, 1, 1)
    folder.start(server.url)
    await attach('a.txt')
    await onDisk('one\ntwo\n')
    expect(await disk('a.txt')).toBe('one\ntwo\n')
  })

  it('[K4] takes what a stale program wrote into the file that was set aside and not yet replaced for that once', async () => {
    await writeFile(at('a.txt'), 'one\n')
    const agent = folder.start(server.url)
    await attach('a.txt')
    server.edit(id, (t) => t.insert(4, 'two\n'))
    await onDisk('one\ntwo\n')
    await server.until(() => server.document(id).base?.sha256 === sha('one\ntwo\n'), 'recorded')
    agent.kill('SIGKILL')
    await ended(agent)
    // As left by a kill between the link and the rename.
    server.edit(id, (t) => t.insert(8, 'three\n'))
    server.document(id).base = {
      ...server.document(id).base!,
      intentSeq: 3,
      intentSha256: sha('one\ntwo\nthree\n'),
    }
    const aside = path.join(folder.runtime, `scratch/aside-${id}`)
    await rm(aside, { force: true })
    await link(at('a.txt'), aside)
    await writeFile(at('a.txt'), 'one\nfour and more\n')
    folder.start(server.url)
    await attach('a.txt')
    await server.until(() => server.text(id).includes('four'), 'brought')
    await onDisk(server.text(id))
    expect((await disk('a.txt')).split('\n').toSorted()).toEqual(['', 'four and more', 'one', 'three', 'two'])
  })
})

describe('the agent and its server', () => {
  it('survives a restart of the server and writes what was edited meanwhile', async () => {
    await writeFile(at('a.txt'), 'one\n')
    folder.start(server.url)
    await attach('a.txt')
    ;(await server.agent()).conn.close()
    await server.until(() => server.tree.length === 1, 'away')
    server.edit(id, (t) => t.insert(4, 'two\n'))
    await onDisk('one\ntwo\n')
    expect(await disk('a.txt')).toBe('one\ntwo\n')
  })

  it('writes what is open and ends when it is told to', async () => {
    await writeFile(at('a.txt'), '')
    const agent = folder.start(server.url)
    await attach('a.txt')
    ;(await server.agent()).emit('agent.stop')
    await ended(agent)
    expect(agent.exitCode).toBe(0)
  })
})

describe('the tree', () => {
  it('lists ignored folders without looking into them, and follows changes', async () => {
    await mkdir(at('node_modules/x'), { recursive: true })
    await mkdir(at('src'))
    await writeFile(at('src/a.ts'), '1')
    folder.start(server.url)
    await server.agent()
    await server.until(() => server.tree.length > 0, 'tree')
    expect(server.tree.map((e) => [e.path, e.isIgnored ?? false]).sort()).toEqual([
      ['node_modules', true],
      ['src', false],
      ['src/a.ts', false],
    ])
    await mkdir(at('deep/er'), { recursive: true })
    await writeFile(at('deep/er/b.ts'), '2')
    await rename(at('src'), at('lib'))
    const seen = () => ({
      upserts: new Set(server.deltas.flatMap((d) => d.upserts.map((e) => e.path))),
      removes: new Set(server.deltas.flatMap((d) => d.removes)),
    })
    await server.until(
      () =>
        ['deep/er/b.ts', 'lib/a.ts'].every((p) => seen().upserts.has(p)) &&
        ['src', 'src/a.ts'].every((p) => seen().removes.has(p)),
      'deltas',
    )
  })
})
