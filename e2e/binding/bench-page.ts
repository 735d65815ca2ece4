import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { type Page, test as base } from '@playwright/test'
import { build } from 'vite'
import type {} from './page/main.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: path.join(import.meta.dirname, 'page'),
    logLevel: 'error',
    resolve: {
      dedupe: ['yjs'],
      // y-monaco 0.1.6 names a file that Monaco no longer exports.
      alias: { 'monaco-editor/esm/vs/editor/editor.api.js': 'monaco-editor/editor' },
    },
    build: {
      outDir,
      target: 'esnext',
      minify: false,
      cssMinify: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 65_536,
    },
  })
}

async function serve(root: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : decodeURIComponent((request.url ?? '').split('?')[0] ?? '')
    const file = path.join(root, path.normalize(`/${name}`))
    readFile(file).then(
      (bytes) =>
        response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Opened {
  readonly page: Page
  readonly errors: string[]
}

/** `bench` is a page with two editors; it is built and opened once for all files, as Monaco takes seconds to start. */
export const test = base.extend<{ bench: Page }, { opened: Opened }>({
  opened: [
    async ({ browser }, use) => {
      const outDir = await mkdtemp(path.join(os.tmpdir(), 'pairloom-binding-'))
      await buildPage(outDir)
      const { url, stop } = await serve(outDir)
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(error.stack ?? error.message))
      await page.goto(url)
      await page.waitForFunction(() => 'bench' in window)
      await use({ page, errors })
      await page.close()
      await stop()
      await rm(outDir, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  bench: async ({ opened }, use) => {
    await use(opened.page)
    const thrown = opened.errors.splice(0)
    if (thrown.length > 0) throw new Error(`the page threw:\n${thrown.join('\n')}`)
  },
})
