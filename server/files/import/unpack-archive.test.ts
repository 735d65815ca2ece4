import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeTarGz, makeZip, type TarEntry, type ZipEntry } from './archives.fixture.ts'
import { IMPORT_LIMITS } from './staging.ts'
import { unpackArchive } from './unpack-archive.ts'

let parent: string
let targetDir: string
beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'pairloom-import-'))
  targetDir = path.join(parent, 'files')
})
afterEach(() => rm(parent, { recursive: true, force: true }))

const unpack = (bytes: Buffer, kind: 'zip' | 'tar.gz', limits = IMPORT_LIMITS) =>
  unpackArchive({ stream: Readable.from([bytes]), kind, targetDir, limits })

const expectRefusal = async (attempt: Promise<unknown>, code: string) => {
  await expect(attempt).rejects.toMatchObject({ code })
  expect(await readdir(parent)).toEqual([])
}

describe.each(['zip', 'tar.gz'] as const)('%s', (kind) => {
  const make = (entries: { name: string; content?: string; mode?: number }[]) =>
    kind === 'zip'
      ? makeZip(entries.map((e): ZipEntry => (e.mode === undefined ? e : { ...e, mode: 0o100000 | e.mode })))
      : makeTarGz(
          entries.map(({ name, ...rest }): TarEntry => ({
            path: name,
            type: name.endsWith('/') ? 'Directory' : 'File',
            ...rest,
          })),
        )

  it('puts every file in place, with empty folders and the executable bit', async () => {
    const bytes = await make([
      { name: 'src/a.ts', content: 'a' },
      { name: 'run.sh', content: 'x', mode: 0o755 },
      { name: 'empty/' },
    ])
    expect(await unpack(bytes, kind)).toEqual({ files: 2, renamed: [] })
    expect(await readFile(path.join(targetDir, 'src/a.ts'), 'utf8')).toBe('a')
    expect((await stat(path.join(targetDir, 'run.sh'))).mode & 0o111).not.toBe(0)
    expect((await stat(path.join(targetDir, 'empty'))).isDirectory()).toBe(true)
    expect(await readdir(parent)).toEqual(['files'])
  })

  it('brings NFD names to NFC and reports them', async () => {
    const bytes = await make([{ name: '한글/문서.md'.normalize('NFD'), content: 'x' }])
    expect(await unpack(bytes, kind)).toEqual({ files: 1, renamed: ['한글/문서.md'] })
    expect(await readdir(targetDir)).toEqual(['한글'])
  })

  it.each([
    ['in case', 'README.md', 'readme.md'],
    ['in case of a folder', 'Src/a', 'src/b'],
    ['in Unicode form', '글', '글'.normalize('NFD')],
  ])('refuses names that differ only %s', async (_, one, other) => {
    await expectRefusal(unpack(await make([{ name: one }, { name: other }]), kind), 'name_conflict')
  })

  it('refuses more entries than allowed', async () => {
    const bytes = await make(Array.from({ length: 11 }, (_, i) => ({ name: `f${i}` })))
    await expectRefusal(unpack(bytes, kind, { ...IMPORT_LIMITS, entries: 10 }), 'archive_too_large')
  })

  it('stops a bomb at the limit', async () => {
    const bytes = await make([{ name: 'zeros', content: '\0'.repeat(3_000_000) }])
    expect(bytes.length).toBeLessThan(10_000)
    await expectRefusal(unpack(bytes, kind, { ...IMPORT_LIMITS, totalBytes: 1_000_000 }), 'archive_too_large')
  })

  it('refuses an archive larger than allowed while it is being received', async () => {
    const bytes = await make([{ name: 'a', content: 'x'.repeat(100) }])
    await expectRefusal(unpack(bytes, kind, { ...IMPORT_LIMITS, archiveBytes: 50 }), 'archive_too_large')
  })

  it('refuses garbage and a cut-off archive', async () => {
    await expectRefusal(unpack(Buffer.from('not an archive at all'), kind), 'archive_invalid')
    const bytes = await make([
      { name: 'a', content: 'x'.repeat(5000) },
      { name: 'b', content: String(Math.random()) },
    ])
    await expectRefusal(unpack(bytes.subarray(0, bytes.length - 40), kind), 'archive_invalid')
  })

  it('leaves nothing when it is cancelled, or when the sender goes away', async () => {
    const abort = new AbortController()
    const stream = new PassThrough()
    const attempt = unpackArchive({ stream, kind, targetDir, signal: abort.signal })
    stream.write((await make([{ name: 'a', content: 'x'.repeat(5000) }])).subarray(0, 60))
    abort.abort()
    await expectRefusal(attempt, 'cancelled')

    const cut = new PassThrough()
    const second = unpackArchive({ stream: cut, kind, targetDir })
    cut.write((await make([{ name: 'a' }])).subarray(0, 20))
    cut.destroy()
    await expectRefusal(second, 'cancelled')
  })
})

describe('zip', () => {
  it.each([
    ['climbs out', 'xx/evil', '../evil'],
    ['climbs out deeper', 'a/xx/xx/e', 'a/../../e'],
    ['is absolute', 'xetc/evil', '/etc/evil'],
    ['has a backslash', 'xxxevil', '..\\evil'],
    ['has a NUL', 'axevil', 'a\0evil'],
    ['is percent-encoded', 'xxxxxx/evil', '%2e%2e/evil'],
  ])('refuses a path that %s', async (_, honest, hostile) => {
    await expectRefusal(
      unpack(await makeZip([{ name: 'ok', content: '1' }, { name: honest }], { [honest]: hostile }), 'zip'),
      'archive_invalid',
    )
  })

  it.each([
    ['link', 0o120777],
    ['FIFO', 0o010644],
    ['device', 0o020644],
  ])('refuses a %s', async (_, mode) => {
    await expectRefusal(unpack(await makeZip([{ name: 'x', content: '/etc/passwd', mode }]), 'zip'), 'archive_invalid')
  })

  it('refuses one name twice', async () => {
    await expectRefusal(
      unpack(await makeZip([{ name: 'aaa' }, { name: 'bbb' }], { bbb: 'aaa' }), 'zip'),
      'archive_invalid',
    )
  })

  it('skips what macOS adds, and reads names in CP949', async () => {
    const cp949 = Buffer.from([0xc7, 0xd1, 0xb1, 0xdb])
    const bytes = await makeZip([{ name: '__MACOSX/._a' }, { name: 'four', content: '1' }], { four: cp949 })
    // Without the flag that says UTF-8, in the local header and in the index.
    for (const [signature, at] of [
      ['PK\x03\x04', 6],
      ['PK\x01\x02', 8],
    ] as const) {
      for (let i = bytes.indexOf(signature); i !== -1; i = bytes.indexOf(signature, i + 1)) {
        bytes.writeUInt16LE(bytes.readUInt16LE(i + at) & ~(1 << 11), i + at)
      }
    }
    await unpack(bytes, 'zip')
    expect(await readdir(targetDir)).toEqual(['한글'])
  })
})

describe('tar.gz', () => {
  it.each<[string, TarEntry]>([
    ['a path that climbs out', { path: '../evil' }],
    ['an absolute path', { path: '/etc/evil' }],
    ['a symbolic link', { path: 'x', type: 'SymbolicLink', linkpath: '/etc/passwd' }],
    ['a hard link', { path: 'x', type: 'Link', linkpath: 'ok' }],
    ['a FIFO', { path: 'x', type: 'FIFO' }],
    ['a device', { path: 'x', type: 'CharacterDevice' }],
  ])('refuses %s', async (_, entry) => {
    await expectRefusal(
      unpack(makeTarGz([{ path: 'ok', content: '1' }, entry, { path: 'later' }]), 'tar.gz'),
      'archive_invalid',
    )
  })

  it('writes nothing of an archive with too many entries', async () => {
    const onProgress = vi.fn()
    const entries = Array.from({ length: 11 }, (_, i): TarEntry => ({ path: `f${i}`, content: 'x' }))
    const stream = Readable.from([makeTarGz(entries)])
    const limits = { ...IMPORT_LIMITS, entries: 10 }
    await expectRefusal(unpackArchive({ stream, kind: 'tar.gz', targetDir, limits, onProgress }), 'archive_too_large')
    expect(onProgress).not.toHaveBeenCalledWith(expect.objectContaining({ stage: 'unpacking' }))
  })

  it('takes an archive made of "./" paths', async () => {
    const bytes = makeTarGz([
      { path: './', type: 'Directory' },
      { path: './a/b', content: '1' },
    ])
    expect(await unpack(bytes, 'tar.gz')).toEqual({ files: 1, renamed: [] })
  })
})
