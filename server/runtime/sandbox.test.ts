import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findOrphan, readNote, spawnAgent } from './agent-process.ts'
import { findSandbox } from './find-sandbox.ts'
import { createSandbox, type SandboxFacts } from './sandbox.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'pairloom-sandbox-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const facts: SandboxFacts = {
  dataDir: '/srv/data',
  product: '/srv/pairloom',
  nodeBinary: '/opt/node/bin/node',
  isRequired: false,
  look: (file) => (file === '/bin' ? { link: 'usr/bin' } : { link: null }),
}
const mounts = (changed: Partial<SandboxFacts> = {}): string[] => {
  const args = createSandbox({ ...facts, ...changed }).wrap(['/opt/node/bin/node'], '/srv/data/workspaces/a')
  return args.flatMap((arg, at) => (/^--(ro-)?bind/.test(arg) ? [`${arg} ${args[at + 1]}`] : []))
}

describe('a sandbox', () => {
  it('gives its own workspace to write, and of the machine nothing but programs and settings to read', () => {
    const all = mounts()
    expect(all.filter((one) => one.startsWith('--bind'))).toEqual(['--bind /srv/data/workspaces/a'])
    const read = all.filter((one) => one.startsWith('--ro-bind')).map((one) => one.split(' ')[1] ?? '')
    const strange = read.filter((one) => !/^\/(usr$|sbin$|lib|libx32|etc\/.|srv\/pairloom\/.|opt\/node)/.test(one))
    expect(strange).toEqual([])
    for (const secret of ['/', '/etc', '/etc/shadow', '/root', '/home', '/run', '/var', '/srv/data', '/srv/pairloom'])
      expect(read).not.toContain(secret)
  })

  it('hides a data folder that lies among the programs', () => {
    const args = createSandbox({ ...facts, dataDir: '/usr/local/pairloom' }).wrap(['x'], '/usr/local/pairloom/w')
    const hidden = args.findIndex((arg, at) => arg === '--tmpfs' && args[at + 1] === '/usr/local/pairloom')
    expect(hidden).toBeGreaterThan(args.indexOf('/usr'))
    expect(hidden).toBeLessThan(args.indexOf('--bind'))
  })

  it('lets an agent outlive its server', () => {
    expect(createSandbox(facts).wrap(['x'], '/w')).not.toContain('--die-with-parent')
  })
})

describe('the search for a sandbox', () => {
  it('takes what a trial shows to work, and says why there is none', async () => {
    const tried: (readonly string[])[] = []
    const probe = (command: readonly string[]) => {
      tried.push(command)
      return Promise.resolve(null)
    }
    expect((await findSandbox({ setting: 'auto', dataDir: folder, probe })).sandbox?.isRequired).toBe(false)
    expect((await findSandbox({ setting: 'required', dataDir: folder, probe })).sandbox?.isRequired).toBe(true)
    expect(tried).toHaveLength(2)
    const refuse = () => Promise.resolve('No permissions to create new namespace')
    expect(await findSandbox({ setting: 'auto', dataDir: folder, probe: refuse })).toEqual({
      sandbox: null,
      why: 'No permissions to create new namespace',
    })
    expect(await readdir(path.join(folder, 'workspaces'))).toEqual([])
  })

  it('tries nothing where it is off', async () => {
    const probe = () => Promise.reject(new Error('tried'))
    expect((await findSandbox({ setting: 'off', dataDir: folder, probe })).sandbox).toBeNull()
  })
})

describe('notes in a folder that programs of the workspace can write', () => {
  it('are not read through a link, and a pipe in their place holds nobody up', async () => {
    const note = path.join(folder, 'note')
    await writeFile(note, ' 42\n')
    expect(await readNote(note)).toBe('42')
    await symlink(note, path.join(folder, 'link'))
    expect(await readNote(path.join(folder, 'link'))).toBeNull()
    await promisify(execFile)('mkfifo', [path.join(folder, 'pipe')])
    expect(await readNote(path.join(folder, 'pipe'))).toBeNull()
  })

  it('are not written through a link', async () => {
    const folders = { files: path.join(folder, 'files'), runtime: path.join(folder, 'runtime') }
    const precious = path.join(folder, 'precious')
    await writeFile(precious, 'precious')
    await mkdir(folders.runtime)
    await symlink(precious, path.join(folders.runtime, 'agent.pid'))
    await symlink(precious, path.join(folders.runtime, 'agent.pid.new'))
    const { child, started } = await spawnAgent({ folders, serverUrl: 'http://127.0.0.1:1', token: 't', sandbox: null })
    const pid = await started
    expect(await readFile(precious, 'utf8')).toBe('precious')
    expect(await findOrphan(folders)).toBe(pid)
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await gone
    await rm(folders.runtime, { recursive: true })
    await symlink(folder, folders.runtime)
    await expect(
      spawnAgent({ folders, serverUrl: 'http://127.0.0.1:1', token: 't', sandbox: null }),
    ).rejects.toMatchObject({ code: 'unavailable' })
  })
})
