import { gzipSync } from 'node:zlib'
import { Header } from 'tar'
import { ZipFile } from 'yazl'

export interface ZipEntry {
  readonly name: string
  readonly content?: string | Buffer
  readonly mode?: number
}

/** A zip of these entries; `rename` then patches names that no honest writer would take (equal length). */
export async function makeZip(
  entries: readonly ZipEntry[],
  rename: Readonly<Record<string, string | Buffer>> = {},
): Promise<Buffer> {
  const zip = new ZipFile()
  for (const { name, content = '', mode = 0o100644 } of entries) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name)
    else zip.addBuffer(Buffer.from(content), name, { mode })
  }
  zip.end()
  const parts: Buffer[] = []
  for await (const part of zip.outputStream) parts.push(part as Buffer)
  const bytes = Buffer.concat(parts)
  for (const [from, to] of Object.entries(rename)) {
    const wanted = Buffer.from(to)
    if (wanted.length !== Buffer.byteLength(from)) throw new Error('names must be of equal length')
    for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1)) wanted.copy(bytes, at)
  }
  return bytes
}

export interface TarEntry {
  readonly path: string
  readonly content?: string
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'FIFO' | 'CharacterDevice'
  readonly linkpath?: string
  readonly mode?: number
}

export function makeTarGz(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', type = 'File', linkpath, mode = 0o644 }) => {
    const body = Buffer.from(content)
    const header = new Header({
      path,
      mode,
      size: body.length,
      type,
      ...(linkpath !== undefined && { linkpath }),
      mtime: new Date(0),
    })
    const block = Buffer.alloc(512)
    header.encode(block)
    return [block, body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}
