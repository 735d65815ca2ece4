import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloneGit } from './clone-git.ts'

const run = promisify(execFile)
let parent: string
let origin: string
let server: Server | null = null
beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'pairloom-clone-'))
  origin = path.join(parent, 'origin')
  await run('git', ['init', '-q', origin])
  await writeFile(path.join(origin, 'hello.txt'), 'hello\n')
  await run('git', ['-C', origin, 'add', '.'])
  await run('git', ['-C', origin, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'one'])
})
afterEach(async () => {
  server?.close()
  await rm(parent, { recursive: true, force: true })
})

/** Takes connections and never says a word. */
const silentServer = async (): Promise<{ port: number; connected: Promise<void> }> => {
  const listening = createServer()
  server = listening
  const connected = new Promise<void>((resolve) => {
    listening.once('connection', (socket) => {
      socket.on('error', () => {})
      resolve()
    })
  })
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return { port: (listening.address() as AddressInfo).port, connected }
}

const policy = { protocols: ['file', 'git'] as const }
const targetOf = () => path.join(parent, 'files')

describe('cloneGit', () => {
  it('clones with history and tells how far it is', async () => {
    const stages: string[] = []
    const report = await cloneGit({
      url: `file://${origin}`,
      targetDir: targetOf(),
      policy,
      onProgress: (p) => stages.push(p.stage),
    })
    expect(report).toEqual({ files: 1, renamed: [] })
    expect(await readFile(path.join(targetOf(), 'hello.txt'), 'utf8')).toBe('hello\n')
    expect(stages).toContain('Receiving objects')
  })

  it.each(['ext::sh -c touch% /tmp/x', 'ssh://host/x', '--upload-pack=touch x', 'not an address', 'git@host:x/y'])(
    'refuses %j before git is started',
    async (url) => {
      await expect(cloneGit({ url, targetDir: targetOf(), policy })).rejects.toMatchObject({
        code: 'git_failed',
        details: { reason: 'address' },
      })
    },
  )

  it('refuses the files of the server unless they are allowed', async () => {
    await expect(cloneGit({ url: `file://${origin}`, targetDir: targetOf() })).rejects.toMatchObject({
      code: 'git_failed',
    })
  })

  it('says so when there is no such repository, and leaves nothing', async () => {
    await expect(cloneGit({ url: `file://${parent}/none`, targetDir: targetOf(), policy })).rejects.toMatchObject({
      code: 'git_failed',
    })
    expect(await readdir(parent)).toEqual(['origin'])
  })

  it('leaves nothing, and no process, when it is cancelled in the middle', async () => {
    const { port, connected } = await silentServer()
    const abort = new AbortController()
    const attempt = cloneGit({ url: `git://127.0.0.1:${port}/x`, targetDir: targetOf(), policy, signal: abort.signal })
    await connected
    abort.abort()
    await expect(attempt).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(parent)).toEqual(['origin'])
  })

  it('gives up a server that says nothing', async () => {
    const { port } = await silentServer()
    const attempt = cloneGit({
      url: `git://127.0.0.1:${port}/x`,
      targetDir: targetOf(),
      policy: { ...policy, stallMs: 300 },
    })
    await expect(attempt).rejects.toMatchObject({ code: 'timeout' })
  })
})
