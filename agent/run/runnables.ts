import path from 'node:path'
import { z } from 'zod'
import { joinPath, nameOf, parentOf } from '#shared/paths.ts'
import type { Runnable } from '#shared/protocol/terminal.ts'
import { isTypable, quote } from './quote.ts'

/** What this needs of the workspace's files. */
export interface RunFiles {
  list(path: string): Promise<readonly { path: string; kind: string; isIgnored?: boolean }[]>
  read(input: { path: string; offset: number; length: number }): Promise<{ bytes: Uint8Array; size: number }>
}

const MAX_DEPTH = 3
const MAX_FOLDERS = 500
const MAX_RUNNABLES = 500
const FILE_MAX_BYTES = 512 << 10
const DETAIL_CHARS = 200

const MAKEFILES: ReadonlySet<string> = new Set(['Makefile', 'makefile', 'GNUmakefile'])
const TARGET = /^([A-Za-z0-9_][\w./-]*)\s*:(?!=)/
const manifest = z.object({ scripts: z.record(z.string(), z.unknown()).catch({}) })

const LOCK_FILES: Readonly<Record<string, string>> = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
}

async function readText(files: RunFiles, file: string): Promise<string> {
  const { bytes, size } = await files.read({ path: file, offset: 0, length: FILE_MAX_BYTES })
  return size > FILE_MAX_BYTES ? '' : Buffer.from(bytes).toString('utf8')
}

function scriptsOf(file: string, text: string): Runnable[] {
  let parsed: z.infer<typeof manifest>
  try {
    parsed = manifest.parse(JSON.parse(text))
  } catch {
    // Half-written, or something else of that name: it offers nothing.
    return []
  }
  return Object.entries(parsed.scripts).flatMap(([name, command]) =>
    typeof command === 'string' && name !== '' && isTypable(name)
      ? [{ kind: 'script' as const, path: file, name, detail: command.slice(0, DETAIL_CHARS) }]
      : [],
  )
}

function targetsOf(file: string, text: string): Runnable[] {
  const names = new Set(text.split('\n').flatMap((line) => TARGET.exec(line)?.[1] ?? []))
  return [...names].map((name) => ({ kind: 'make', path: file, name, detail: null }))
}

/** What the files offer to run: scripts, targets, Python files; folders that tools made are not looked into. */
export async function listRunnables(files: RunFiles): Promise<Runnable[]> {
  const found: Runnable[] = []
  let level = ['.']
  let folders = 0
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const below: string[] = []
    for (const folder of level) {
      if (++folders > MAX_FOLDERS || found.length >= MAX_RUNNABLES) return found.slice(0, MAX_RUNNABLES)
      for (const entry of await files.list(folder).catch(() => [])) {
        const name = nameOf(entry.path)
        if (!isTypable(entry.path)) continue
        if (entry.kind === 'folder' && entry.isIgnored !== true && !name.startsWith('.')) below.push(entry.path)
        if (entry.kind !== 'file') continue
        if (name === 'package.json') found.push(...scriptsOf(entry.path, await readText(files, entry.path)))
        else if (MAKEFILES.has(name)) found.push(...targetsOf(entry.path, await readText(files, entry.path)))
        else if (name.endsWith('.py')) found.push({ kind: 'python', path: entry.path, name, detail: null })
      }
    }
    level = below
  }
  return found.slice(0, MAX_RUNNABLES)
}

/** One runnable as the files have it now; null where they no longer do. */
export async function findRunnable(
  files: RunFiles,
  { kind, path: file, name }: Pick<Runnable, 'kind' | 'path' | 'name'>,
): Promise<Runnable | null> {
  if (!isTypable(file) || !isTypable(name)) return null
  const base = nameOf(file)
  const text = await readText(files, file)
  switch (kind) {
    case 'script':
      return base === 'package.json' ? (scriptsOf(file, text).find((one) => one.name === name) ?? null) : null
    case 'make':
      return MAKEFILES.has(base) ? (targetsOf(file, text).find((one) => one.name === name) ?? null) : null
    case 'python':
      return base === name && name.endsWith('.py') ? { kind, path: file, name, detail: null } : null
  }
}

/** What to type in the folder of the runnable. Every name in it is one inert word. */
export async function commandOf(files: RunFiles, { kind, path: file, name }: Runnable): Promise<string> {
  switch (kind) {
    case 'script': {
      const names = (await files.list(parentOf(file) || '.')).map((entry) => nameOf(entry.path))
      const manager = names.flatMap((one) => LOCK_FILES[one] ?? [])[0] ?? 'npm'
      return `${manager} run ${name.startsWith('-') ? '-- ' : ''}${quote(name)}`
    }
    case 'make':
      return `make ${quote(name)}`
    case 'python':
      return `python3 ${quote(`./${name}`)}`
  }
}

/** Where to run it, absolute. */
export const folderOf = (root: string, { path: file }: Runnable): string =>
  path.join(root, joinPath(parentOf(file), '.'))
