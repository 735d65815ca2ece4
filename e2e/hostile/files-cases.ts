import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { makeTarGz, makeZip } from '#server/files/import/archives.fixture.ts'
import { makeWorkspace, putFile, workspaceFolder } from '../support/world.ts'
import { until } from '../support/until.ts'
import { alike, type HostileCase, statusIn } from './hostile-case.ts'
import type { Premises } from './premises.ts'
import { codeOf, describeAnswer } from './refusal.ts'

const run = promisify(execFile)
const JSON_TYPE = { 'content-type': 'application/json' }
const BYTES_TYPE = { 'content-type': 'application/octet-stream' }
const CRUEL_PATHS = [
  '../x',
  'a/../../x',
  '/etc/passwd',
  'a\\..\\x',
  'C:\\x',
  'a\0b',
  '..',
  '%2e%2e/x',
  '%252e%252e',
  'x'.repeat(4097),
  '',
]

const fileUrl = (workspaceId: string, encoded: string) => `/api/workspaces/${workspaceId}/files/${encoded}`

async function mutate({ owner, workspaceId }: Premises, procedure: string, input: object) {
  return owner.send(`/trpc/${procedure}`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ workspaceId, ...input }),
  })
}

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

export const FILES_CASES: readonly HostileCase[] = [
  {
    name: 'paths that leave the workspace or are none, in every procedure',
    expected: '400',
    async run(premises) {
      const answers = await Promise.all(
        CRUEL_PATHS.flatMap((cruel) => [
          mutate(premises, 'files.open', { path: cruel }),
          mutate(premises, 'files.create', { path: cruel, kind: 'file' }),
          mutate(premises, 'files.rename', { from: 'plain.txt', to: cruel }),
          mutate(premises, 'files.rename', { from: cruel, to: 'other.txt' }),
          mutate(premises, 'files.delete', { path: cruel }),
        ]),
      )
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'paths that leave the workspace, in the address of a file',
    expected: '4xx and nothing given away',
    async run({ owner, workspaceId }) {
      const encoded = [
        '..%2f..%2fpostgres%2fdata',
        '%2e%2e/%2e%2e/secret',
        '..%5c..%5csecret',
        '%00',
        '%2fetc%2fpasswd',
        '../../x',
        '%E0%A4%A',
      ]
      const answers = await Promise.all(
        encoded.flatMap((one) => [
          owner.send(fileUrl(workspaceId, one)),
          owner.send(fileUrl(workspaceId, one), { method: 'PUT', headers: BYTES_TYPE, body: 'x' }),
        ]),
      )
      return alike(answers.map(({ status }) => statusIn(status, [400, 404, 405], '4xx and nothing given away')))
    },
  },
  {
    name: 'links that lead out, to a file, a folder, a device',
    expected: 'refused, unchanged',
    async run(premises) {
      const { owner, product, workspaceId } = premises
      const folder = workspaceFolder(product, workspaceId)
      const outside = path.join(product.dataDir, 'outside.txt')
      await writeFile(outside, 'outside\n')
      await symlink('/etc/passwd', path.join(folder, 'to-passwd'))
      await symlink(outside, path.join(folder, 'to-outside'))
      await symlink('/etc', path.join(folder, 'to-etc'))
      await symlink('/dev/zero', path.join(folder, 'to-zero'))
      const paths = ['to-passwd', 'to-outside', 'to-etc/hostname', 'to-zero']
      const answers = await Promise.all([
        ...paths.map((one) => mutate(premises, 'files.open', { path: one })),
        ...paths.map((one) => owner.send(fileUrl(workspaceId, one))),
        ...paths.map((one) =>
          owner.send(`${fileUrl(workspaceId, one)}?ifExists=replace`, {
            method: 'PUT',
            headers: BYTES_TYPE,
            body: 'pwned',
          }),
        ),
      ])
      const isUnchanged = (await readFile(outside, 'utf8')) === 'outside\n'
      const leaked = answers.some(({ text }) => text.includes('root:'))
      const words = answers.map(({ status }) =>
        statusIn(status, [200, 201, 204, 400, 403, 404, 409, 415], status < 300 ? 'ok' : 'refused'),
      )
      const reads = alike(words.slice(0, 8))
      return `${leaked ? 'leaked' : reads}, ${isUnchanged ? 'unchanged' : 'written through'}`
    },
  },
  {
    name: 'a FIFO opened, read, written',
    expected: '400',
    async run(premises) {
      const { owner, product, workspaceId } = premises
      await run('mkfifo', [path.join(workspaceFolder(product, workspaceId), 'pipe')])
      const answers = await Promise.all([
        mutate(premises, 'files.open', { path: 'pipe' }),
        owner.send(fileUrl(workspaceId, 'pipe')),
      ])
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'names that differ in case or in Unicode form',
    expected: '409',
    async run(premises) {
      await mutate(premises, 'files.create', { path: 'Straße é.txt', kind: 'file' })
      const twins = ['straße é.txt', 'STRAßE É.TXT', 'Straße é.txt'.normalize('NFD'), 'Straße é.txt']
      const answers = await Promise.all(
        twins.map((twin) => mutate(premises, 'files.create', { path: twin, kind: 'file' })),
      )
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'HTML, SVG and scripts are downloads, never pages',
    expected: 'attachment, nosniff',
    async run({ owner, workspaceId }) {
      const files = ['page.html', 'image.svg', 'code.js', 'feed.xml', 'noextension', 'style.css', 'doc.pdf']
      const seen = new Set<string>()
      for (const file of files) {
        await putFile(owner, workspaceId, file, '<script>alert(1)</script><svg onload="alert(1)"/>')
        const { headers, status } = await owner.send(fileUrl(workspaceId, file))
        const disposition = String(headers['content-disposition'] ?? '').split(';')[0]
        const isInert = !/html|svg|xml|javascript/.test(String(headers['content-type']))
        seen.add(
          status === 200
            ? `${disposition}, ${String(headers['x-content-type-options'])}${isInert ? '' : ` as ${headers['content-type']}`}`
            : String(status),
        )
      }
      return alike([...seen])
    },
  },
  {
    name: 'CR and LF in a name',
    expected: 'no header of its own',
    async run({ owner, product, workspaceId }) {
      const name = 'a\r\nset-cookie: pairloom=evil; "quoted".txt'
      await writeFile(path.join(workspaceFolder(product, workspaceId), name), 'x')
      const answer = await owner.send(fileUrl(workspaceId, encodeURIComponent(name)))
      return answer.setCookies.length === 0 && answer.status < 500
        ? 'no header of its own'
        : `${answer.status} ${answer.setCookies}`
    },
  },
  {
    name: 'an upload that is cut off',
    expected: 'no residue',
    async run({ owner, product, workspaceId }) {
      const folder = workspaceFolder(product, workspaceId)
      const before = (await readdir(folder)).toSorted().join()
      const socket = connect(product.port, '127.0.0.1')
      const head = `PUT ${fileUrl(workspaceId, 'cut.bin')} HTTP/1.1\r\nhost: localhost:${product.port}\r\norigin: ${product.url}\r\ncookie: ${owner.cookie()}\r\ncontent-type: application/octet-stream\r\ncontent-length: 5000000\r\n\r\n`
      await new Promise<void>((resolve) =>
        socket.write(Buffer.concat([Buffer.from(head), Buffer.alloc(2_000_000, 'x')]), () => resolve()),
      )
      socket.destroy()
      await until('the upload is given up', async () => (await readdir(folder)).toSorted().join() === before)
      const download = await owner.send(fileUrl(workspaceId, 'cut.bin'))
      return download.status === 404 ? 'no residue' : String(download.status)
    },
  },
  {
    name: 'an upload larger than allowed, by its own word',
    expected: '413',
    async run({ owner, workspaceId }) {
      const answer = await owner.send(fileUrl(workspaceId, 'huge.bin'), {
        method: 'PUT',
        headers: { ...BYTES_TYPE, 'content-length': String(2 ** 42) },
        body: 'x'.repeat(1000),
      })
      return describeAnswer(answer)
    },
  },
  {
    name: "a viewer's and a stranger's writing",
    expected: '403, 404',
    async run({ viewer, stranger, workspaceId }) {
      const tries = (session: typeof viewer) =>
        Promise.all([
          session.send(fileUrl(workspaceId, 'theirs.txt'), { method: 'PUT', headers: BYTES_TYPE, body: 'x' }),
          ...(['files.create', 'files.rename', 'files.delete'] as const).map((procedure) =>
            session.send(`/trpc/${procedure}`, {
              method: 'POST',
              headers: JSON_TYPE,
              body: JSON.stringify({
                workspaceId,
                ...(procedure === 'files.rename' ? { from: 'plain.txt', to: 'gone.txt' } : { path: 'plain.txt' }),
                ...(procedure === 'files.create' ? { kind: 'file' } : {}),
              }),
            }),
          ),
        ])
      return `${alike((await tries(viewer)).map(describeAnswer))}, ${alike((await tries(stranger)).map(describeAnswer))}`
    },
  },
  {
    name: 'binary, invalid UTF-8 and 6 MiB are never documents',
    expected: '415 not_text, 413 too_large',
    async run(premises) {
      const { owner, workspaceId } = premises
      await putFile(owner, workspaceId, 'nul.txt', Buffer.from([0x61, 0, 0x62]))
      await putFile(owner, workspaceId, 'latin.txt', Buffer.from([0x61, 0xe9, 0x62]))
      await putFile(owner, workspaceId, 'big.txt', 'x'.repeat(6 << 20))
      const said = async (file: string) => {
        const answer = await mutate(premises, 'files.open', { path: file })
        return `${describeAnswer(answer)} ${codeOf(answer)}`
      }
      return `${alike([await said('nul.txt'), await said('latin.txt')])}, ${await said('big.txt')}`
    },
  },
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
