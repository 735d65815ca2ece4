import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { PostgresAccount } from './postgres-account.ts'

/** The shortest limit of the platforms (macOS 103, Linux 107), so that one data folder works on each. */
const SOCKET_PATH_LIMIT_BYTES = 103
/** As PostgreSQL names the socket of its usual port. */
export const SOCKET_NAME = '.s.PGSQL.5432'

export interface PostgresFolders {
  /** The cluster. Absent until the first start. */
  readonly data: string
  /** Where a new cluster is made; renamed to `data` when complete. */
  readonly unfinishedData: string
  readonly sockets: string
  readonly log: string
}

/** Names the folders of an embedded PostgreSQL under `directory`. */
export function postgresFolders(directory: string): PostgresFolders {
  const root = path.resolve(directory)
  return {
    data: path.join(root, 'data'),
    unfinishedData: path.join(root, 'data.unfinished'),
    sockets: socketFolder(root),
    log: path.join(root, 'postgres.log'),
  }
}

function socketFolder(root: string): string {
  const beside = path.join(root, 'sockets')
  if (Buffer.byteLength(path.join(beside, SOCKET_NAME)) <= SOCKET_PATH_LIMIT_BYTES) return beside
  // The name follows from the data folder, so that a restarted server meets its predecessor's sockets.
  const id = createHash('sha256').update(root).digest('hex').slice(0, 16)
  const temporary = path.join(os.tmpdir(), `pairloom-${id}`)
  return Buffer.byteLength(path.join(temporary, SOCKET_NAME)) <= SOCKET_PATH_LIMIT_BYTES
    ? temporary
    : path.join('/tmp', `pairloom-${id}`)
}

/** Makes the folder of sockets, private to the account; refuses one that a stranger put there first. */
export function makeSocketFolder(folder: string, account: PostgresAccount): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const before = lstatSync(folder)
  const expected = process.getuid?.()
  if (!before.isDirectory() || (expected !== 0 && expected !== undefined && before.uid !== expected)) {
    throw new Error(`${folder} belongs to someone else. Remove it or set DATA_DIR to a shorter path.`)
  }
  account.own(folder)
  chmodSync(folder, 0o700)
}
