import type { FileFacts } from '../fs/disk.ts'

/** What a name in a folder stands for; several names may stand for one. */
export interface SimInode {
  readonly ino: number
  kind: 'file' | 'folder' | 'link'
  bytes: Uint8Array
  mode: number
  mtimeMs: number
  links: number
  readonly entries: Map<string, SimInode>
  target: string
}

export const fault = (code: string): Error => Object.assign(new Error(code), { code })

/** A file system in memory: inodes, hard links, symbolic links, rename over what is there. Paths start at its root. */
export class SimFiles {
  private nextInode = 1
  readonly root: SimInode
  private readonly now: () => number
  /** told of each name that appeared, vanished or changed */
  onTouched: (path: string) => void = () => {}

  constructor(now: () => number) {
    this.now = now
    this.root = this.make('folder')
  }

  private make(kind: SimInode['kind']): SimInode {
    return {
      ino: this.nextInode++,
      kind,
      bytes: new Uint8Array(),
      mode: 0o644,
      mtimeMs: this.now(),
      links: 1,
      entries: new Map(),
      target: '',
    }
  }

  /** The folder and the name of a path, no link on the way followed. */
  private split(path: string): { folder: SimInode; name: string } {
    const names = path.split('/')
    const name = names.pop()!
    let folder = this.root
    for (const part of names) {
      const next = folder.entries.get(part)
      if (next === undefined) throw fault('ENOENT')
      if (next.kind !== 'folder') throw fault('ENOTDIR')
      folder = next
    }
    return { folder, name }
  }

  find(path: string): SimInode | null {
    try {
      const { folder, name } = this.split(path)
      return folder.entries.get(name) ?? null
    } catch {
      // Nothing leads there.
      return null
    }
  }

  facts(path: string): FileFacts | null {
    const found = this.find(path)
    if (found === null) return null
    const { kind, ino, mode, links, mtimeMs, bytes } = found
    return { kind, dev: 1, ino, mode, links, mtimeMs, size: bytes.length }
  }

  text(path: string): string | null {
    const found = this.find(path)
    return found?.kind === 'file' ? Buffer.from(found.bytes).toString('utf8') : null
  }

  mkdir(path: string): void {
    const { folder, name } = this.split(path)
    if (folder.entries.has(name)) throw fault('EEXIST')
    folder.entries.set(name, this.make('folder'))
    this.onTouched(path)
  }

  /** Opens as with O_EXCL; what is written goes through `write`. */
  create(path: string, mode: number): SimInode {
    const { folder, name } = this.split(path)
    if (folder.entries.has(name)) throw fault('EEXIST')
    const made = this.make('file')
    made.mode = mode
    folder.entries.set(name, made)
    this.onTouched(path)
    return made
  }

  write(inode: SimInode, bytes: Uint8Array, path: string): void {
    inode.bytes = bytes
    inode.mtimeMs = this.now()
    this.onTouched(path)
  }

  /** As a shell's `>`: into the file that is there, or a new one, through links. */
  put(path: string, text: string): SimInode {
    const inode = this.find(path) ?? this.create(path, 0o644)
    this.write(inode, Buffer.from(text), path)
    return inode
  }

  symlink(path: string, target: string): void {
    const { folder, name } = this.split(path)
    if (folder.entries.has(name)) throw fault('EEXIST')
    const made = this.make('link')
    made.target = target
    folder.entries.set(name, made)
    this.onTouched(path)
  }

  link(from: string, to: string): void {
    const found = this.find(from)
    if (found === null) throw fault('ENOENT')
    const { folder, name } = this.split(to)
    if (folder.entries.has(name)) throw fault('EEXIST')
    found.links++
    folder.entries.set(name, found)
    this.onTouched(to)
  }

  rename(from: string, to: string): void {
    const source = this.split(from)
    const found = source.folder.entries.get(source.name)
    if (found === undefined) throw fault('ENOENT')
    const { folder, name } = this.split(to)
    const replaced = folder.entries.get(name)
    if (replaced === found) return
    if (replaced?.kind === 'folder') throw fault('EISDIR')
    if (replaced !== undefined) replaced.links--
    source.folder.entries.delete(source.name)
    folder.entries.set(name, found)
    this.onTouched(from)
    this.onTouched(to)
  }

  remove(path: string): void {
    const { folder, name } = this.split(path)
    const found = folder.entries.get(name)
    if (found === undefined) throw fault('ENOENT')
    found.links--
    folder.entries.delete(name)
    this.onTouched(path)
  }

  /** Every path, folders too. */
  *paths(folder: SimInode = this.root, at = ''): Generator<string> {
    for (const [name, inode] of folder.entries) {
      const path = at === '' ? name : `${at}/${name}`
      yield path
      if (inode.kind === 'folder') yield* this.paths(inode, path)
    }
  }
}
