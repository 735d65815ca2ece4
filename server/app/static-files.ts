import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isIdePath } from '#shared/addresses.ts'
import { AppError } from '#shared/errors.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
}

interface StaticFile {
  readonly file: string
  readonly size: number
  readonly type: string
  readonly isImmutable: boolean
  /** a `.br` or `.gz` made by the build, smaller than the original */
  readonly encoded: ReadonlyMap<'br' | 'gzip', { file: string; size: number }>
}

export interface StaticFiles {
  serve(req: IncomingMessage, res: ServerResponse, pathname: string): Promise<void>
}

/**
 * Serves the built client from a list made at start: no request's path ever reaches the file system.
 * Addresses of the client's own pages answer with index.html, those of the IDE with ide.html.
 */
export async function createStaticFiles(root: string): Promise<StaticFiles> {
  const files = await listFiles(root)
  const index = files.get('/index.html')
  // The same page, which has the IDE's code fetched without being told by a script.
  const ide = files.get('/ide.html') ?? index
  const pageOf = (pathname: string): StaticFile | undefined => {
    if (isIdePath(pathname)) return ide
    return path.extname(pathname) === '' || pathname.startsWith('/w/') ? index : undefined
  }
  return {
    async serve(req, res, pathname) {
      const found = files.get(pathname) ?? pageOf(pathname)
      if (!found) throw new AppError('not_found')
      const encoding = preferredEncoding(found, String(req.headers['accept-encoding'] ?? ''))
      const body = encoding ? (found.encoded.get(encoding) ?? found) : found
      res.writeHead(200, {
        'content-type': found.type,
        'content-length': body.size,
        'cache-control': found.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
        vary: 'accept-encoding',
        ...(encoding ? { 'content-encoding': encoding } : {}),
      })
      if (req.method === 'HEAD') return void res.end()
      // A browser that navigates away in mid-download is no error of ours.
      await pipeline(createReadStream(body.file), res).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
      })
    },
  }
}

const preferredEncoding = (file: StaticFile, accepted: string): 'br' | 'gzip' | null =>
  (['br', 'gzip'] as const).find((e) => file.encoded.has(e) && new RegExp(`\\b${e}\\b`).test(accepted)) ?? null

async function listFiles(root: string): Promise<Map<string, StaticFile>> {
  const sizes = new Map<string, number>()
  const names = await readdir(root, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names) {
    const info = await stat(path.join(root, name))
    if (info.isFile()) sizes.set(name, info.size)
  }
  const files = new Map<string, StaticFile>()
  for (const [name, size] of sizes) {
    const type = TYPES[path.extname(name)]
    if (type === undefined) continue
    const encoded = new Map<'br' | 'gzip', { file: string; size: number }>()
    for (const [encoding, ending] of [
      ['br', '.br'],
      ['gzip', '.gz'],
    ] as const) {
      const encodedSize = sizes.get(name + ending)
      if (encodedSize !== undefined) encoded.set(encoding, { file: path.join(root, name + ending), size: encodedSize })
    }
    const key = `/${name.split(path.sep).join('/')}`
    files.set(key, { file: path.join(root, name), size, type, isImmutable: key.startsWith('/assets/'), encoded })
  }
  return files
}
