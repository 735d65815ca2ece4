import { describe, expect, it } from 'vitest'
import { commandOf, findRunnable, listRunnables, type RunFiles } from './runnables.ts'

/** A workspace of these files. */
function filesOf(contents: Readonly<Record<string, string>>, ignored: readonly string[] = []): RunFiles {
  return {
    async list(folder) {
      const prefix = folder === '.' ? '' : `${folder}/`
      const names = new Map<string, string>()
      for (const file of Object.keys(contents)) {
        if (!file.startsWith(prefix)) continue
        const [first = '', ...rest] = file.slice(prefix.length).split('/')
        names.set(`${prefix}${first}`, rest.length > 0 ? 'folder' : 'file')
      }
      return [...names].map(([path, kind]) => ({ path, kind, isIgnored: ignored.includes(path) }))
    },
    async read({ path }) {
      const bytes = Buffer.from(contents[path] ?? '')
      return { bytes, size: bytes.length }
    },
  }
}
const named = async (files: RunFiles) => (await listRunnables(files)).map(({ kind, path, name }) => [kind, path, name])

describe('what a workspace offers to run', () => {
  it('is its scripts, the targets of its Makefiles, and its Python files', async () => {
    const files = filesOf({
      'package.json': '{"scripts":{"dev":"vite","bad":1,"":"x","a\\nb":"x"}}',
      'lib/Makefile': 'CC := gcc\n.PHONY: all\nall: a.o\n\tgcc\nall:\ntest_x-1.2: all\n%.o: %.c\n\trun: no\n',
      'tools/go.py': '',
    })
    expect(await named(files)).toEqual([
      ['script', 'package.json', 'dev'],
      ['make', 'lib/Makefile', 'all'],
      ['make', 'lib/Makefile', 'test_x-1.2'],
      ['python', 'tools/go.py', 'go.py'],
    ])
  })

  it('lies at most three folders deep, and not in hidden folders or in those that tools made', async () => {
    const files = filesOf(
      { 'a/b/c/in.py': '', 'a/b/c/d/out.py': '', '.hidden/out.py': '', 'node_modules/x/out.py': '', 'a/\u0007.py': '' },
      ['node_modules'],
    )
    expect(await named(files)).toEqual([['python', 'a/b/c/in.py', 'in.py']])
  })

  it('offers nothing of a package.json that is half-written', async () => {
    expect(await named(filesOf({ 'package.json': '{"scripts":{"dev":' }))).toEqual([])
  })

  it('is run as what the files say now', async () => {
    const files = filesOf({ 'package.json': '{"scripts":{"dev":"vite"}}', 'yarn.lock': '', 'x.txt': '', "it's.py": '' })
    const find = (kind: 'script' | 'make' | 'python', path: string, name: string) =>
      findRunnable(files, { kind, path, name })
    expect(await find('script', 'package.json', 'gone')).toBeNull()
    expect(await find('python', 'x.txt', 'x.txt')).toBeNull()
    expect(await find('make', 'x.txt', 'all')).toBeNull()
    const script = await find('script', 'package.json', 'dev')
    expect(script && (await commandOf(files, script))).toBe('yarn run dev')
    const python = await find('python', "it's.py", "it's.py")
    expect(python && (await commandOf(files, python))).toBe(String.raw`python3 './it'\''s.py'`)
  })
})
