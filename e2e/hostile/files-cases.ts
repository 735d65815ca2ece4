import { execFile } from 'node:child_process'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { putFile, workspaceFolder } from '../support/world.ts'
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
]
