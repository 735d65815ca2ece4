import { buffer } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { zipOfFolder } from './zip-of-folder.ts'

type Content = string | ErrorRefusal
interface ErrorRefusal {
  readonly after: string
  readonly code: ErrorCode
}

/** A workspace of these files; a folder named in `closed` cannot be listed. */
const zipOf = (
  files: Record<string, Content>,
  {
    closed = [],
    onRead = () => {},
  }: { closed?: readonly string[]; onRead?: (path: string) => Promise<void> | void } = {},
) => {
  const list = async (path: string): Promise<TreeEntry[]> => {
    if (closed.includes(path)) throw new AppError('unavailable')
    const prefix = path === '.' ? '' : `${path}/`
    const names = Object.keys(files).filter((file) => file.startsWith(prefix))
    const children = new Set(names.map((file) => file.slice(prefix.length).split('/')[0] ?? ''))
    return [...children].map((child) => {
      const kind = Object.hasOwn(files, prefix + child) ? 'file' : 'folder'
      return { path: prefix + child, kind, size: 1, mtimeMs: 0 }
    })
  }
  const read = async function* (path: string): AsyncGenerator<Uint8Array> {
    const content = files[path]
    await onRead(path)
    if (content === undefined) throw new Error('unknown file')
    if (typeof content === 'string') return void (yield Buffer.from(content))
    if (content.after !== '') yield Buffer.from(content.after)
    throw new AppError(content.code)
  }
  return zipOfFolder({ folder: '', list, read })
}

const contents = async (zip: ReturnType<typeof zipOf>): Promise<Record<string, string>> => {
  const found: Record<string, string> = {}
  const file = await fromBufferPromise(await buffer(zip), { lazyEntries: true })
  for await (const entry of file.eachEntry())
    found[entry.fileName] = (await buffer(await file.openReadStreamPromise(entry))).toString()
  return found
}

const lastLines = (text: string | undefined, count: number) => text?.trimEnd().split('\n').slice(-count)

it('leaves out what cannot be read, and tells so in the archive', async () => {
  const found = await contents(
    zipOf(
      {
        'a.txt': 'a',
        'closed/x.txt': 'x',
        'secret.txt': { after: '', code: 'unavailable' },
        'shrinks.txt': { after: 'half', code: 'conflict' },
        'z.txt': 'z',
      },
      { closed: ['closed'] },
    ),
  )
  expect(found).toMatchObject({ 'a.txt': 'a', 'shrinks.txt': 'half', 'z.txt': 'z' })
  expect(Object.keys(found)).not.toContain('secret.txt')
  expect(lastLines(found['NOT-INCLUDED.txt'], 3)).toEqual(['closed/', 'secret.txt', 'shrinks.txt'])
})

it('has no such note where everything was read, and overwrites no file of that name', async () => {
  expect(Object.keys(await contents(zipOf({ 'a.txt': 'a' })))).toEqual(['a.txt'])
  const found = await contents(zipOf({ 'NOT-INCLUDED.txt': 'mine', b: { after: '', code: 'timeout' } }))
  expect(found['NOT-INCLUDED.txt']).toBe('mine')
  expect(lastLines(found['NOT-INCLUDED (2).txt'], 1)).toEqual(['b'])
})

it('breaks off where the agent is gone, rather than pass for whole', async () => {
  const zip = zipOf({ 'a.txt': 'a', 'b.txt': { after: 'b', code: 'agent_offline' } })
  await expect(buffer(zip)).rejects.toMatchObject({ code: 'agent_offline' })
})

it('reads a few files ahead of the one it packs, never all, and keeps their order', async () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${String(i).padStart(2, '0')}`, `${i}`]))
  const begun: string[] = []
  const first = Promise.withResolvers<void>()
  const zip = zipOf(files, {
    onRead: (path) => {
      begun.push(path)
      return path === 'f00' ? first.promise : undefined
    },
  })
  await vi.waitFor(() => expect(begun).toHaveLength(9))
  await nextTurn()
  expect(begun).toHaveLength(9)
  first.resolve()
  expect(await contents(zip)).toEqual(files)
  expect(begun).toEqual(Object.keys(files))
  expect(zip.listenerCount('close')).toBeLessThan(5)
})
