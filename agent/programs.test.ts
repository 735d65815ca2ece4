import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { DocumentId } from '#shared/ids.ts'
import { errorCode } from './fs/locate.ts'
import { createAgentFolder } from './testing/agent-process.ts'
import { startFakeServer } from './testing/fake-server.ts'

const run = promisify(execFile)
const id = 'AAAAAAAAAAAAAAAAAAAAAA' as DocumentId
const TEXT = 'title: old\n\n\nperson:\n\n\nend: old\n'

interface Place {
  readonly root: string
  /** the file in which somebody types */
  readonly file: string
  git(...args: string[]): Promise<unknown>
}

interface Program {
  readonly name: string
  prepare?(place: Place): Promise<unknown>
  act(place: Place): Promise<unknown>
  /** what has to be in the text once it is at rest */
  readonly once: readonly string[]
  readonly mode?: number
  /** where the file is afterwards, and what else is beside it */
  readonly at?: string
}

const commitOther = async ({ git, file }: Place): Promise<void> => {
  await git('init', '-q', '-b', 'main')
  await git('add', '-A')
  await git('commit', '-qm', 'start')
  await git('checkout', '-qb', 'other')
  await writeFile(file, TEXT.replace('end: old', 'end: other'))
  await git('commit', '-qam', 'other')
  await git('checkout', '-q', 'main')
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'git rebase onto a branch that changed the file',
    prepare: commitOther,
    act: ({ git }) => git('rebase', '-q', '--autostash', 'other'),
    once: ['title: old', 'end: other'],
  },
  {
    name: 'git merge of a branch that changed the file',
    prepare: commitOther,
    // Git refuses to merge over what is in no commit.
    act: ({ git }) => git('merge', '-q', '--autostash', 'other'),
    once: ['title: old', 'end: other'],
  },
  {
    name: 'an editor that moves the old file aside and writes a new one',
    async act({ file }) {
      const text = await readFile(file, 'utf8')
      await rename(file, `${file}~`)
      await writeFile(file, text.replace('title: old', 'title: edited'))
      await rm(`${file}~`)
    },
    once: ['title: edited', 'end: old'],
  },
  {
    name: 'an editor that renames a new file over the old one',
    async act({ file }) {
      const text = await readFile(file, 'utf8')
      await writeFile(`${file}.new`, text.replace('title: old', 'title: edited'))
      await rename(`${file}.new`, file)
    },
    once: ['title: edited', 'end: old'],
  },
  {
    name: 'a shell that appends',
    act: ({ root }) => run('sh', ['-c', 'echo appended >> a.txt'], { cwd: root }),
    once: ['title: old', 'end: old', 'appended\n'],
  },
  {
    name: 'chmod',
    act: ({ file }) => run('chmod', ['751', file]),
    once: ['title: old', 'end: old'],
    mode: 0o751,
  },
  {
    name: 'mv of the folder it is in',
    act: ({ root }) => run('mv', ['src', 'lib'], { cwd: root }),
    once: ['title: old', 'end: old'],
    at: 'lib/a.txt',
  },
]

it.each(PROGRAMS.map((program) => [program.name, program] as const))(
  '[K5] keeps what somebody types, and what the program did: %s',
  { timeout: 60_000 },
  async (_, { prepare, act, once, mode, at }) => {
    const folder = await createAgentFolder()
    const server = await startFakeServer()
    const relative = at === undefined ? 'a.txt' : 'src/a.txt'
    const file = path.join(folder.root, relative)
    const place: Place = {
      root: folder.root,
      file,
      git: (...args) =>
        run('git', ['-c', 'user.name=p', '-c', 'user.email=p@example.org', ...args], { cwd: folder.root }),
    }
    try {
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, TEXT)
      await prepare?.(place)
      folder.start(server.url)
      await server.call((agent) => agent.emitWithAck('documents.attach', { documentId: id, path: relative, epoch: 1 }))
      const tokens: string[] = []
      let isTyping = true
      const typing = (async () => {
        while (isTyping) {
          const token = `<${tokens.length}>`
          tokens.push(token)
          server.edit(id, (text) => text.insert(text.toJSON().indexOf('person:') + 'person:'.length, token))
          await delay(25)
        }
      })()
      await delay(500)
      await act(place)
      await delay(500)
      isTyping = false
      await typing
      const final = path.join(folder.root, at ?? relative)
      const onDisk = () =>
        readFile(final, 'utf8').catch((error: unknown) => {
          // Deleted, or on its way to its new name.
          if (errorCode(error) === 'ENOENT') return null
          throw error
        })
      const isAtRest = async () =>
        (await onDisk()) === server.text(id) && once.every((part) => server.text(id).includes(part))
      await expect.poll(isAtRest, { timeout: 20_000 }).toBe(true)
      const text = server.text(id)
      expect([...tokens, ...once].filter((part) => text.split(part).length !== 2)).toEqual([])
      // In the line where they were typed.
      expect(text.split('\n').find((line) => line.startsWith('person:'))).toBe(`person:${tokens.toReversed().join('')}`)
      if (mode !== undefined) expect((await stat(final)).mode & 0o777).toBe(mode)
      expect((await readdir(path.dirname(final))).filter((name) => name !== '.git')).toEqual(['a.txt'])
    } finally {
      await folder.remove()
      await server.close()
    }
  },
)
