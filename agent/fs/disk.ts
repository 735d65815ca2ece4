/** What the merge needs of a file system, so that the simulation can put one of its own in the place of the real one. */
export interface Disk {
  /**
   * Walks to a path of the workspace without leaving it, and holds its folder open while `use` runs. Links are
   * followed inside the workspace. Throws path_not_found where the folder is missing, path_invalid where a link leaves.
   */
  locate<T>(relative: string, use: (place: DiskPlace) => Promise<T>): Promise<T>
  /** null: nothing there. Never follows a link. */
  facts(file: DiskName): Promise<FileFacts | null>
  /** Throws path_not_found, not_a_file, too_large (past `maxBytes`) and unavailable. Never blocks on a FIFO. */
  read(file: DiskName, maxBytes: number): Promise<{ readonly bytes: Uint8Array; readonly facts: FileFacts }>
  /** A new file, durable once this resolves. Throws where the name is taken. */
  create(file: DiskName, bytes: Uint8Array, mode: number): Promise<void>
  /** Writes into the file that is there, so that its other names keep the content. */
  overwrite(file: DiskName, bytes: Uint8Array): Promise<void>
  link(from: DiskName, to: DiskName): Promise<void>
  /**
   * Puts `fresh` in the place of `file`, which stays as `aside`. False, with nothing changed, where `file` is not the
   * inode `ino` any more. What another program renames to `file` in the very microseconds between our look and our
   * rename is lost: the exchange of two names in one step is a system call that Node does not have.
   */
  replace(names: { file: DiskName; fresh: DiskName; aside: DiskName; ino: number }): Promise<boolean>
  rename(from: DiskName, to: DiskName): Promise<void>
  /** Nothing there is no failure. */
  remove(file: DiskName): Promise<void>
  /** a file of the agent's own, kept apart from the workspace's */
  own(name: string): DiskName
  /** makes what was renamed among the agent's own files durable */
  syncOwn(): Promise<void>
}

/** Names a file for the calls of `Disk`; only what `at`, `spare` and `own` answered is one. */
export type DiskName = string & { readonly diskName: true }

/** An entry of a folder that is held open: renaming the folder, or putting a link in its place, does not lead it astray. */
export interface DiskPlace {
  /** relative to the workspace, after links, as spelled on the disk */
  readonly path: string
  readonly name: string
  /** another entry of the same folder */
  at(name: string): DiskName
  /** a file of the agent's own that can be renamed to, or linked from, `at(name)` */
  spare(name: string): DiskName
  /** makes renames in the folder durable */
  sync(): Promise<void>
  /** makes renames among spare files durable */
  syncSpare(): Promise<void>
}

export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly dev: number
  readonly ino: number
  readonly mode: number
  readonly links: number
  readonly size: number
  readonly mtimeMs: number
}
