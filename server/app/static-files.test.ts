import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStaticFiles } from './static-files.ts'

let root: string
let server: Server
let url: string

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'static-files-'))
  await mkdir(path.join(root, 'assets'))
  await writeFile(path.join(root, 'index.html'), 'index')
  await writeFile(path.join(root, 'ide.html'), 'ide')
  await writeFile(path.join(root, 'assets/a-1.js'), 'a')
  const files = await createStaticFiles(root)
  server = createServer((req, res) => {
    void files.serve(req, res, new URL(req.url ?? '/', 'http://x').pathname).catch(() => res.writeHead(404).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await rm(root, { recursive: true })
})

const textAt = async (at: string): Promise<string> => (await fetch(url + at)).text()

describe('the built client', () => {
  it('answers the addresses of the IDE with the page that has its code fetched at once', async () => {
    for (const at of ['/w/w1', '/w/w1/', '/w/w1/f/src/a.ts', '/w/w1/f/ide.html']) expect(await textAt(at)).toBe('ide')
  })

  it('answers other pages without that code', async () => {
    for (const at of ['/', '/login', '/w/w1/settings', '/w/w1/chat/c1']) expect(await textAt(at)).toBe('index')
  })

  it('lets browsers keep what has its hash in its name, and nothing else', async () => {
    const kept = async (at: string) => (await fetch(url + at)).headers.get('cache-control')
    expect(await kept('/assets/a-1.js')).toContain('immutable')
    expect(await kept('/w/w1')).toBe('no-cache')
  })

  it('has no other files', async () => {
    for (const at of ['/assets/b-1.js', '/a.txt', '/assets/..%2f..%2fpackage.json'])
      expect((await fetch(url + at)).status).toBe(404)
  })
})
