import { once } from 'node:events'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { AppError } from '#shared/errors.ts'
import { isWithin, numberedName } from '#shared/paths.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'

const MAX_ENTRIES = 100_000
/** Small files cost a round trip to the agent each; so many are under way while one is packed. */
const READ_AHEAD = 8
/** Where the archive tells what is not in it; last, since only then it is known. */
export const LEFT_OUT_NAME = 'NOT-INCLUDED.txt'
const LEFT_OUT_TEXT = `These could not be read, or changed while they were read. They are missing here or not whole.
읽지 못했거나 읽는 동안 바뀐 항목입니다. 이 압축 파일에 없거나 일부만 들어 있습니다.

`

export interface ZipSource {
  /** real path; '' for the workspace's own */
  readonly folder: string
  list(path: string): Promise<readonly TreeEntry[]>
  read(path: string): AsyncIterable<Uint8Array>
}

/** With the agent gone nothing more can be read: an archive that ends in the middle is better than one that lies. */
const endsAll = (error: unknown): boolean => !(error instanceof AppError) || error.code === 'agent_offline'

async function* nothing(): AsyncGenerator<Uint8Array> {}

interface Begun {
  readonly entry: TreeEntry
  readonly chunks: AsyncIterator<Uint8Array>
  readonly first: Promise<IteratorResult<Uint8Array>>
}

/**
 * A folder as a zip, without links, devices and what tools made. What cannot be read is left out and named in
 * NOT-INCLUDED.txt: one odd file must not cost people all others. Memory holds one chunk each of a few files.
 */
export function zipOfFolder({ folder, list, read }: ZipSource): Readable {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  const leftOut: string[] = []
  const topNames = new Set<string>()
  const nameIn = (path: string): string => (folder === '' ? path : path.slice(folder.length + 1))

  const walk = async function* (path: string): AsyncGenerator<TreeEntry> {
    let entries: readonly TreeEntry[]
    try {
      entries = await list(path === '' ? '.' : path)
    } catch (error) {
      if (endsAll(error) || path === folder) throw error
      leftOut.push(`${nameIn(path)}/`)
      return
    }
    for (const entry of entries) {
      // Links may lead anywhere, and what tools made can be made again.
      if (entry.isIgnored === true || entry.kind === 'link' || entry.kind === 'other') continue
      // An agent's word: what it lists must lie where it was asked to look.
      if (!isWithin(entry.path, path) || entry.path === path) continue
      yield entry
      if (entry.kind === 'folder') yield* walk(entry.path)
    }
  }

  const begin = (entry: TreeEntry): Begun => {
    const chunks = entry.kind === 'folder' ? nothing() : read(entry.path)[Symbol.asyncIterator]()
    const first = chunks.next()
    first.catch(() => {
      // Judged when its turn comes; until then it is nobody's.
    })
    return { entry, chunks, first }
  }
  const ahead = async function* (entries: AsyncIterable<TreeEntry>): AsyncGenerator<Begun> {
    const begun: Begun[] = []
    for await (const entry of entries) {
      begun.push(begin(entry))
      if (begun.length > READ_AHEAD) yield begun.shift()!
    }
    yield* begun
  }

  const addFile = async ({ entry, chunks, first: reading }: Begun, name: string): Promise<void> => {
    let first: IteratorResult<Uint8Array>
    try {
      first = await reading
    } catch (error) {
      if (endsAll(error)) throw error
      leftOut.push(name)
      return
    }
    const rest = async function* () {
      try {
        for (let step = first; step.done !== true; step = await chunks.next()) yield step.value
      } catch (error) {
        if (endsAll(error)) throw error
        leftOut.push(name)
      }
    }
    const content = Readable.from(rest())
    const done = once(content, 'close')
    content.on('error', (error) => out.destroy(error))
    const end = () => void content.destroy()
    out.once('close', end)
    zip.addReadStream(content, name, { mtime: new Date(entry.mtimeMs) })
    await done
    out.off('close', end)
  }

  const fill = async (): Promise<void> => {
    let entries = 0
    for await (const begun of ahead(walk(folder))) {
      const { entry } = begun
      if (++entries > MAX_ENTRIES) throw new AppError('too_large')
      const name = nameIn(entry.path)
      topNames.add(name.split('/')[0] ?? '')
      if (entry.kind === 'folder') zip.addEmptyDirectory(name)
      else await addFile(begun, name)
    }
    if (leftOut.length > 0) zip.addBuffer(Buffer.from(LEFT_OUT_TEXT + leftOut.join('\n') + '\n'), freeName())
    zip.end()
  }

  const freeName = (): string => {
    for (let n = 1; ; n++) {
      const name = n === 1 ? LEFT_OUT_NAME : numberedName(LEFT_OUT_NAME, n)
      if (!topNames.has(name)) return name
    }
  }

  fill().catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
  return out
}
