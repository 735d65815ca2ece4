import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDisk } from '../fs/real-disk.ts'
import { blobName, type Commits, createCommits, subjectOf } from './commits.ts'

const { PATH = '' } = process.env
const WHO = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' }
const run = promisify(execFile)

let base: string
let root: string
let commits: Commits
const git = (...args: string[]) =>
  run('git', args, { cwd: root, env: { PATH, ...WHO, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' } })
const bytesOf = (text: string) => new TextEncoder().encode(text)

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'pairloom-commits-'))
  root = path.join(base, 'files')
  const runtime = path.join(base, 'runtime')
  await mkdir(path.join(root, 'src'), { recursive: true })
  await mkdir(runtime)
  commits = createCommits({ root, disk: await createDisk(root, runtime), path: PATH })
})
afterEach(() => rm(base, { recursive: true, force: true }))

const commitFile = async (name: string, text: string, message: string): Promise<string> => {
  await writeFile(path.join(root, name), text)
  await git('add', '.')
  await git('commit', '-qm', message)
  return (await git('rev-parse', 'HEAD')).stdout.trim()
}

describe('the commit of a change', () => {
  it('is the one checked out, where it has exactly these bytes at this path', async () => {
    await git('init', '-q')
    expect(await commits.isRepository()).toBe(true)
    expect(await commits.of('src/a.ts', bytesOf('x'))).toBeNull()
    const first = await commitFile('src/a.ts', 'const 한글 = 1\n', '첫 커밋: begin\n\nwith a body')
    expect(await commits.of('src/a.ts', bytesOf('const 한글 = 1\n'))).toEqual({
      hash: first,
      subject: '첫 커밋: begin',
    })
    expect(await commits.of('src/a.ts', bytesOf('const 한글 = 2\n'))).toBeNull()
    expect(await commits.of('src/b.ts', bytesOf('const 한글 = 1\n'))).toBeNull()
    await commitFile('src/a.ts', 'second\n', 'second')
    expect((await commits.of('src/a.ts', bytesOf('second\n')))?.subject).toBe('second')
    await git('checkout', '-q', first)
    expect((await commits.of('src/a.ts', bytesOf('const 한글 = 1\n')))?.hash).toBe(first)
    expect(await commits.writtenAt()).toBeGreaterThan(0)
  })

  it('is nothing where there is no repository', async () => {
    expect(await commits.isRepository()).toBe(false)
    expect(await commits.writtenAt()).toBe(-Infinity)
    expect(await commits.of('src/a.ts', bytesOf('x'))).toBeNull()
  })

  it('names content as git does', async () => {
    await writeFile(path.join(root, 'a'), '바이트\n')
    await git('init', '-q')
    const { stdout } = await git('hash-object', 'a')
    expect(blobName(await readFile(path.join(root, 'a')), 40)).toBe(stdout.trim())
  })

  it('has git run no program and open no connection, whatever the repository says', async () => {
    await git('init', '-q')
    const hash = await commitFile('src/a.ts', 'a\n', 'one')
    const trace = path.join(base, 'ran')
    const script = path.join(base, 'script.sh')
    await writeFile(script, `#!/bin/sh\necho ran >> ${trace}\n`, { mode: 0o755 })
    for (const [key, value] of [
      ['core.fsmonitor', script],
      ['core.sshCommand', script],
      ['core.pager', script],
      ['log.showSignature', 'true'],
      ['gpg.program', script],
      ['protocol.ext.allow', 'always'],
      ['remote.origin.url', `ext::${script}`],
      ['remote.origin.promisor', 'true'],
      ['extensions.partialClone', 'origin'],
    ] as const)
      await git('config', key, value)
    await git('config', 'core.repositoryFormatVersion', '1')
    expect((await commits.of('src/a.ts', bytesOf('a\n')))?.hash).toBe(hash)
    // An object that is missing would be fetched from there.
    await rm(path.join(root, '.git/objects', hash.slice(0, 2), hash.slice(2)))
    expect(await commits.of('src/a.ts', bytesOf('a\n'))).toBeNull()
    await expect(readFile(trace)).rejects.toThrow('ENOENT')
  })

  it('tells the first line of the message, not too much of it', () => {
    expect(subjectOf('tree a\nauthor b\n\n  Fix it  \n\nbody\n')).toBe('Fix it')
    expect(subjectOf(`tree a\n\n${'😀'.repeat(300)}`)).toBe('😀'.repeat(200))
    expect(subjectOf('tree a\n\n')).toBe('')
  })
})
