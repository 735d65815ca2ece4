import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeTarGz, makeZip } from '#server/files/import/archives.fixture.ts'
import { until } from '../support/until.ts'
import { makeWorkspace } from '../support/world.ts'
import { alike, type HostileCase } from './hostile-case.ts'
import type { Premises } from './premises.ts'
import { describeAnswer } from './refusal.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const BYTES_TYPE = { 'content-type': 'application/octet-stream' }

/** How an import of this archive ends, and whether anything of it stayed. */
async function importArchive({ owner, product, unique }: Premises, fileName: string, bytes: Buffer): Promise<string> {
  const before = await whatIsThere(product.dataDir)
  const made = await owner.api.workspaces.create.mutate({ source: 'archive', name: unique('Import'), fileName })
  if (!('importId' in made)) throw new Error('expected an import')
  const { importId } = made
  const answer = await owner.send(`/api/imports/${importId}`, { method: 'PUT', headers: BYTES_TYPE, body: bytes })
  if (answer.status >= 500) return `upload answered with ${answer.status}`
  const status = await until(
    'the import ends',
    async () => {
      const now = await owner.api.workspaces.importStatus.query({ importId })
      return ['done', 'failed', 'cancelled'].includes(now.status) ? now : null
    },
    { timeoutMs: 25_000 },
  )
  const isClean = (await whatIsThere(product.dataDir)) === before
  return `${status.status === 'failed' ? status.code : status.status}, ${isClean ? 'nothing stayed' : 'something stayed'}`
}

/** The folders of workspaces and of imports under way. */
async function whatIsThere(dataDir: string): Promise<string> {
  const list = async (folder: string) =>
    (await readdir(path.join(dataDir, folder)).catch(() => [])).toSorted().join(',')
  return `${await list('workspaces')} ${await list('imports')}`
}

/** 2.2 GB of zeros in 70 KB: one member of gzip again and again. */
function makeBomb(): Buffer {
  const member = gzipSync(Buffer.alloc(64 << 20))
  const header = Buffer.alloc(512)
  header.write('bomb.bin')
  header.write('0000644\0', 100)
  header.write((35 * (64 << 20)).toString(8).padStart(11, '0'), 124)
  header.write('00000000000', 136)
  header.write('        ', 148)
  header.write('0', 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([gzipSync(header), ...Array<Buffer>(35).fill(member), gzipSync(Buffer.alloc(1024))])
}

const IMPORTS: readonly { name: string; expected: string; fileName: string; make: () => Promise<Buffer> | Buffer }[] = [
  {
    name: 'a zip that climbs out of its folder',
    expected: 'archive_invalid, nothing stayed',
    fileName: 'slip.zip',
    make: () =>
      makeZip(
        [
          { name: 'fine.txt', content: 'x' },
          { name: 'aa/bb/slip.txt', content: 'x' },
        ],
        { 'aa/bb/slip.txt': '../../slip.txt' },
      ),
  },
  {
    name: 'a zip with an absolute path, a backslash, a NUL',
    expected: 'archive_invalid, nothing stayed',
    fileName: 'absolute.zip',
    make: () => makeZip([{ name: 'xetc/passwd', content: 'x' }], { 'xetc/passwd': '/etc/passwd' }),
  },
  {
    name: 'a zip with a link',
    expected: 'archive_invalid, nothing stayed',
    fileName: 'link.zip',
    make: () => makeZip([{ name: 'link', content: '/etc/passwd', mode: 0o120777 }]),
  },
  {
    name: 'a tar with a link, and a file through it',
    expected: 'archive_invalid, nothing stayed',
    fileName: 'link.tar.gz',
    make: () =>
      makeTarGz([
        { path: 'out', type: 'SymbolicLink', linkpath: '/tmp' },
        { path: 'out/x', content: 'x' },
      ]),
  },
  {
    name: 'a tar with a FIFO and a device',
    expected: 'archive_invalid, nothing stayed',
    fileName: 'fifo.tar.gz',
    make: () =>
      makeTarGz([
        { path: 'pipe', type: 'FIFO' },
        { path: 'null', type: 'CharacterDevice' },
      ]),
  },
  {
    name: 'a bomb of 2.2 GB in 2 MB',
    expected: 'archive_too_large, nothing stayed',
    fileName: 'bomb.tar.gz',
    make: makeBomb,
  },
  {
    name: '100,001 entries',
    expected: 'archive_too_large, nothing stayed',
    fileName: 'many.zip',
    make: () => makeZip(Array.from({ length: 100_001 }, (_, i) => ({ name: `f${i}/` }))),
  },
  {
    name: '100,001 entries of a tar, which has no list of them',
    expected: 'archive_too_large, nothing stayed',
    fileName: 'many.tar.gz',
    make: () => makeTarGz(Array.from({ length: 100_001 }, (_, i) => ({ path: `f${i}/`, type: 'Directory' }))),
  },
  {
    name: 'random bytes called .zip, and a zip cut in half',
    expected: 'archive_invalid, nothing stayed',
    fileName: 'noise.zip',
    make: () => randomBytes(100_000),
  },
  {
    name: 'a zip cut in half',
    expected: 'archive_invalid, nothing stayed',
    fileName: 'half.zip',
    make: async () => {
      const whole = await makeZip(Array.from({ length: 50 }, (_, i) => ({ name: `f${i}`, content: `file ${i}` })))
      return whole.subarray(0, whole.length >> 1)
    },
  },
]

export const IMPORT_CASES: readonly HostileCase[] = [
  ...IMPORTS.map(({ name, expected, fileName, make }): HostileCase => ({
    name,
    expected,
    run: async (premises) => importArchive(premises, fileName, await make()),
  })),
  {
    name: "someone else's import, one fed twice",
    expected: '404, 409',
    async run({ owner, stranger, unique }) {
      const made = await owner.api.workspaces.create.mutate({
        source: 'archive',
        name: unique('Import'),
        fileName: 'x.zip',
      })
      if (!('importId' in made)) throw new Error('expected an import')
      const feed = (session: typeof owner) =>
        session.send(`/api/imports/${made.importId}`, { method: 'PUT', headers: BYTES_TYPE, body: 'x' })
      const foreign = await feed(stranger)
      await feed(owner)
      return `${describeAnswer(foreign)}, ${describeAnswer(await feed(owner))}`
    },
  },
  {
    name: 'git addresses that are commands, files, or not the internet',
    expected: '400 or failed',
    async run({ owner, unique }) {
      const urls = [
        '--upload-pack=touch /tmp/pwned',
        'ext::sh -c id',
        'file:///etc',
        '/etc',
        'ssh://x/y',
        '-x',
        'https://user:pw@localhost:1/x',
        'http://169.254.169.254/latest',
      ]
      const ends: string[] = []
      for (const url of urls) {
        const answer = await owner.send('/trpc/workspaces.create', {
          method: 'POST',
          headers: JSON_TYPE,
          body: JSON.stringify({ source: 'git', name: unique('Git'), url }),
        })
        if (answer.status === 200) {
          const { importId } = (JSON.parse(answer.text) as { result: { data: { importId: string } } }).result.data
          const status = await until(
            'the clone ends',
            async () => {
              const now = await owner.api.workspaces.importStatus.query({ importId })
              return now.status === 'cloning' ? null : now.status
            },
            { timeoutMs: 20_000 },
          )
          ends.push(status === 'failed' ? '400 or failed' : status)
        } else ends.push(describeAnswer(answer) === '400' ? '400 or failed' : describeAnswer(answer))
      }
      return alike(ends)
    },
  },
  {
    name: 'names of workspaces that are markup, control characters, 10 KB',
    expected: 'kept as text or 400',
    async run(premises) {
      const { owner } = premises
      const name = premises.unique('<img src=x onerror=alert(1)>')
      await makeWorkspace(owner, name)
      const bad = ['a\nb', 'a\u202Eb', 'x'.repeat(10_000), '   ', 'a/b']
      const answers = await Promise.all(
        bad.map((one) =>
          owner.send('/trpc/workspaces.create', {
            method: 'POST',
            headers: JSON_TYPE,
            body: JSON.stringify({ source: 'empty', name: one }),
          }),
        ),
      )
      const isKept = (await owner.api.workspaces.list.query()).some((workspace) => workspace.name === name)
      const refusals = alike(answers.map(describeAnswer))
      return isKept && refusals === '400' ? 'kept as text or 400' : refusals
    },
  },
]
