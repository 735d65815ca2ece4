import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { makeZip } from '#server/files/import/archives.fixture.ts'
import { ROOT } from './product.ts'

/** A real project of more than 1,000 files that every clone has: what zod ships. */
const PACKAGES = ['zod', 'yjs', 'lib0'] as const

export interface ProjectArchive {
  readonly bytes: Buffer
  readonly files: number
  /** a text file at its root */
  readonly readme: { readonly path: string; readonly text: string }
}

export async function makeProjectArchive(): Promise<ProjectArchive> {
  const names: string[] = []
  for (const name of PACKAGES) {
    const folder = path.join(ROOT, 'node_modules', name)
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    for (const entry of entries) {
      if (entry.isFile())
        names.push(path.relative(path.join(ROOT, 'node_modules'), path.join(entry.parentPath, entry.name)))
    }
  }
  const entries = await Promise.all(
    names
      .filter((name) => !name.includes('/node_modules/'))
      .map(async (name) => ({ name, content: await readFile(path.join(ROOT, 'node_modules', name)) })),
  )
  const readme = { path: 'README.md', text: '# Two people\n\nOne line for both: \n' }
  const all = [{ name: readme.path, content: Buffer.from(readme.text) }, ...entries]
  return { bytes: await makeZip(all), files: all.length, readme }
}
