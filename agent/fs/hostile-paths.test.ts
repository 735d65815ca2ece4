import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFileCalls, type FileCalls } from './file-calls.ts'
import { withLocated } from './locate.ts'
import { createTrash } from './trash.ts'
import { createUploads } from './uploads.ts'

let base: string
let root: string
let runtime: string
let files: FileCalls

beforeEach(async () => {
  base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'pairloom-fs-')))
  root = path.join(base, 'files')
  runtime = path.join(base, 'runtime')
  await mkdir(root)
  await mkdir(runtime)
  await mkdir(path.join(base, 'outside'))
  await writeFile(path.join(base, 'outside/secret'), 'secret')
  files = createFileCalls(root)
})
afterEach(() => rm(base, { recursive: true, force: true }))

const at = (name: string) => path.join(root, name)
const code = (wanted: string) => expect.objectContaining({ code: wanted })
const read = (name: string) => files.read({ path: name, offset: 0, length: 100 })
const upload = async (name: string, content = 'x', ifExists: 'replace' | 'refuse' | 'keep-both' = 'replace') => {
  const uploads = await createUploads({ root, runtime })
  return uploads.write({ uploadId: 'u', path: name, offset: 0, bytes: Buffer.from(content), isLast: true, ifExists })
}
const outside = async () => {
  expect(await readdir(path.join(base, 'outside'))).toEqual(['secret'])
  expect(await readFile(path.join(base, 'outside/secret'), 'utf8')).toBe('secret')
}

describe('links', () => {
  beforeEach(async () => {
    await symlink(path.join(base, 'outside'), at('absolute'))
    await symlink('../outside', at('relative'))
    await symlink('../outside/secret', at('file'))
    await symlink('relative', at('twice'))
  })

  it.each(['absolute/secret', 'relative/secret', 'twice/secret', 'file'])('never reads through %s', async (name) => {
    await expect(read(name)).rejects.toEqual(code('path_invalid'))
    await expect(files.stat(name)).rejects.toEqual(code('path_invalid'))
  })

  it.each(['absolute', 'relative', 'twice'])(
    'never lists, makes, renames, deletes or uploads through %s',
    async (name) => {
      const trash = createTrash({ root, runtime })
      await expect(files.list(name)).rejects.toEqual(code('path_invalid'))
      await expect(files.create({ path: `${name}/new`, kind: 'file' })).rejects.toEqual(code('path_invalid'))
      await expect(files.create({ path: `${name}/new`, kind: 'folder' })).rejects.toEqual(code('path_invalid'))
      await expect(files.create({ path: `${name}/a/b/new`, kind: 'file' })).rejects.toEqual(code('path_invalid'))
      await expect(files.rename({ from: `${name}/secret`, to: 'stolen' })).rejects.toEqual(code('path_invalid'))
      await writeFile(at('own'), 'x')
      await expect(files.rename({ from: 'own', to: `${name}/secret` })).rejects.toEqual(code('path_invalid'))
      await expect(trash.remove(`${name}/secret`)).rejects.toEqual(code('path_invalid'))
      await expect(upload(`${name}/secret`)).rejects.toEqual(code('path_invalid'))
      await outside()
    },
  )

  it('does not write through a link at the end of an upload', async () => {
    await expect(upload('file')).rejects.toEqual(code('path_invalid'))
    await outside()
  })

  it('deletes and renames the link itself, not what it leads to', async () => {
    await createTrash({ root, runtime }).remove('absolute')
    await files.rename({ from: 'file', to: 'renamed' })
    await outside()
    expect(await readdir(root)).toEqual(['relative', 'renamed', 'twice'])
  })

  it('follows links that stay inside, and ends where they go in circles', async () => {
    await mkdir(at('real'))
    await writeFile(at('real/a'), 'inside')
    await symlink('real', at('dir'))
    await symlink('loop2', at('loop1'))
    await symlink('loop1', at('loop2'))
    expect(Buffer.from((await read('dir/a')).bytes).toString()).toBe('inside')
    expect(await files.stat('dir/a')).toMatchObject({ realPath: 'real/a' })
    await expect(read('loop1/x')).rejects.toEqual(code('path_invalid'))
  })

  it('stays in the folder it opened when somebody puts a link in its place meanwhile', async () => {
    await mkdir(at('dir'))
    await withLocated(root, 'dir/new', { follow: true }, async ({ folder }) => {
      await rename(at('dir'), at('moved'))
      await symlink(path.join(base, 'outside'), at('dir'))
      await writeFile(folder.at('new'), 'x')
    })
    await outside()
    expect(await readdir(at('moved'))).toEqual(['new'])
  })
})

describe('what is no ordinary file', () => {
  it('refuses FIFOs without waiting for a writer, devices and sockets', async () => {
    await promisify(execFile)('mkfifo', [at('fifo')])
    await expect(read('fifo')).rejects.toEqual(code('not_a_file'))
    await expect(read('.')).rejects.toEqual(code('path_invalid'))
    await mkdir(at('dir'))
    await expect(read('dir')).rejects.toEqual(code('not_a_file'))
    await expect(upload('fifo')).rejects.toEqual(code('not_a_file'))
  })
})

describe('names', () => {
  it('answers name_conflict for names that differ only in case or Unicode form', async () => {
    await writeFile(at('README'), '')
    await writeFile(at('한글'.normalize('NFD')), 'nfd')
    for (const name of ['readme', 'ReadMe/x']) {
      await expect(files.create({ path: name, kind: 'file' })).rejects.toEqual(code('name_conflict'))
    }
    await expect(files.create({ path: '한글', kind: 'file' })).rejects.toEqual(code('name_conflict'))
    await expect(upload('readme')).rejects.toEqual(code('name_conflict'))
    await writeFile(at('other'), '')
    await expect(files.rename({ from: 'other', to: 'readme' })).rejects.toEqual(code('name_conflict'))
    await expect(files.rename({ from: 'other', to: 'README' })).rejects.toEqual(code('path_exists'))
  })

  it('finds an NFD name by its NFC form', async () => {
    await writeFile(at('한글'.normalize('NFD')), 'nfd')
    expect(Buffer.from((await read('한글')).bytes).toString()).toBe('nfd')
  })

  it('lets a name change its case only', async () => {
    await writeFile(at('README'), '')
    expect(await files.rename({ from: 'README', to: 'readme' })).toEqual({ from: 'README', to: 'readme' })
    expect(await readdir(root)).toEqual(['readme'])
  })

  it('does not move a folder into itself', async () => {
    await mkdir(at('a'))
    await expect(files.rename({ from: 'a', to: 'a/b' })).rejects.toEqual(code('path_invalid'))
  })
})

describe('uploads and trash', () => {
  it('keeps the mode of a file that is replaced', async () => {
    await writeFile(at('run.sh'), 'old', { mode: 0o750 })
    await upload('run.sh', 'new')
    expect([await readFile(at('run.sh'), 'utf8'), (await stat(at('run.sh'))).mode & 0o777]).toEqual(['new', 0o750])
  })

  it('forgets what an agent before it had begun', async () => {
    const uploads = await createUploads({ root, runtime })
    await uploads.write({
      uploadId: 'u',
      path: 'a',
      offset: 0,
      bytes: Buffer.from('half'),
      isLast: false,
      ifExists: 'replace',
    })
    expect(await readdir(path.join(runtime, 'uploads'))).toHaveLength(1)
    await createUploads({ root, runtime })
    expect([await readdir(path.join(runtime, 'uploads')), await readdir(root)]).toEqual([[], []])
    await uploads.abortAll()
  })

  it('refuses a chunk that does not follow, and drops the rest', async () => {
    const uploads = await createUploads({ root, runtime })
    const chunk = { uploadId: 'u', path: 'a', bytes: Buffer.from('x'), isLast: false, ifExists: 'replace' } as const
    await uploads.write({ ...chunk, offset: 0 })
    await expect(uploads.write({ ...chunk, offset: 5 })).rejects.toEqual(code('conflict'))
    expect(await readdir(path.join(runtime, 'uploads'))).toEqual([])
  })

  it('brings a folder back to where it was, unless something is there now', async () => {
    const trash = createTrash({ root, runtime })
    await mkdir(at('a/b'), { recursive: true })
    await writeFile(at('a/b/c'), 'x')
    const { trashId } = await trash.remove('a')
    await mkdir(at('a'))
    await expect(trash.restore(trashId)).rejects.toEqual(code('path_exists'))
    await rm(at('a'), { recursive: true })
    expect(await trash.restore(trashId)).toEqual({ path: 'a' })
    expect(await readFile(at('a/b/c'), 'utf8')).toBe('x')
    await expect(trash.restore(trashId)).rejects.toEqual(code('not_found'))
  })

  it('forgets what was deleted more than a week ago', async () => {
    const trash = createTrash({ root, runtime })
    await writeFile(at('a'), 'x')
    const { trashId } = await trash.remove('a')
    await trash.sweep(Date.now() + 8 * 24 * 3600_000)
    await expect(trash.restore(trashId)).rejects.toEqual(code('not_found'))
  })
})
