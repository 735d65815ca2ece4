import { lstatSync, type Stats } from 'node:fs'

/**
 * What stays the same when a file or folder gets another name. The number of an inode alone does not do: file systems
 * hand it out again within milliseconds, so the moment of birth belongs to it.
 */
export interface Identity {
  readonly device: number
  readonly inode: number
  /** 0 where the file system does not tell */
  readonly bornMs: number
}

export const identityOf = (stats: Stats): Identity => ({
  device: stats.dev,
  inode: stats.ino,
  bornMs: stats.birthtimeMs,
})

export const isSameIdentity = (a: Identity, b: Identity): boolean =>
  a.inode === b.inode && a.device === b.device && a.bornMs === b.bornMs

/** Of the name itself, not of what a link leads to; null where nothing can be seen. */
export function statOrNull(file: string): Stats | null {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) ?? null
  } catch {
    // In a folder that may not be read, or below what is a file now: either way it is not there for us.
    return null
  }
}
