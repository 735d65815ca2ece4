import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { newToken } from '#server/platform/tokens.ts'

/** The secret of this installation: from the environment, else made once and kept in the data folder. */
export async function readSecret(dataDir: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  const file = path.join(dataDir, 'secret')
  try {
    await writeFile(file, newToken(), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFile(file, 'utf8')
}
