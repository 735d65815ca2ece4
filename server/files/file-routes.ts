import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { UPLOAD_MAX_BYTES } from '#shared/api/files.ts'
import { AppError } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { nameOf, parsePath } from '#shared/paths.ts'
import { AGENT_CHUNK_BYTES } from '#shared/protocol/agent.ts'
import { type HttpRoute, sendJson, workspaceIdOf } from '#server/platform/http.ts'
import { newId } from '#server/platform/tokens.ts'
import type { AgentGateway } from './agent-gateway.ts'
import type { Files } from './files.ts'
import { zipOfFolder } from './zip-of-folder.ts'

const ifExistsParam = z.enum(['replace', 'refuse', 'keep-both']).catch('refuse')

/** RFC 6266 and 5987: a plain name for old clients, the true one encoded; no byte of it can end the header. */
export const attachment = (name: string): string => {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*!]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** Nothing a workspace holds is ever shown on the app's own origin: an SVG or HTML file is a program. */
const asDownload = (res: ServerResponse, name: string, type: string): void => {
  res.setHeader('content-type', type)
  res.setHeader('content-disposition', attachment(name))
  res.setHeader('x-content-type-options', 'nosniff')
  res.setHeader('content-security-policy', "default-src 'none'; sandbox")
  res.setHeader('cache-control', 'private, no-store')
}

/** The body in pieces that fit one message to the agent. Whoever stops in the middle leaves it whole to be answered. */
async function* chunksOf(req: IncomingMessage): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = []
  let size = 0
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + AGENT_CHUNK_BYTES - size)
      at += piece.length
      size += piece.length
      gathered.push(piece)
      if (size < AGENT_CHUNK_BYTES) continue
      yield Buffer.concat(gathered)
      gathered = []
      size = 0
    }
  }
  yield Buffer.concat(gathered)
}

interface FileRoutesOptions {
  readonly files: Files
  readonly gateway: AgentGateway
  readonly workspaceName: (workspaceId: WorkspaceId) => Promise<string>
}

export function createFileRoutes({ files, gateway, workspaceName }: FileRoutesOptions): HttpRoute[] {
  const readChunks = async function* (
    workspaceId: WorkspaceId,
    path: string,
    first: { bytes: Uint8Array; size: number },
  ) {
    let offset = first.bytes.length
    yield first.bytes
    while (offset < first.size) {
      const { bytes } = await gateway.call(workspaceId, 'files.read', { path, offset, length: AGENT_CHUNK_BYTES })
      // It became shorter meanwhile: the promised length cannot be kept.
      if (bytes.length === 0) throw new AppError('conflict')
      const wanted = bytes.subarray(0, first.size - offset)
      offset += wanted.length
      yield wanted
    }
  }
  const readFirst = (workspaceId: WorkspaceId, path: string) =>
    gateway.call(workspaceId, 'files.read', { path, offset: 0, length: AGENT_CHUNK_BYTES })

  /** Compressed once for all who ask: fifty browsers that reload a large tree cost what one does. */
  const tree: HttpRoute = {
    method: 'GET',
    path: '/api/workspaces/:workspaceId/tree',
    permission: 'workspace.read',
    async handle({ req, res, params }) {
      const bytes = await files.tree(workspaceIdOf(params))
      const isAccepted = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''))
      res.setHeader('content-type', 'application/json; charset=utf-8')
      res.setHeader('cache-control', 'no-store')
      res.setHeader('vary', 'accept-encoding')
      if (isAccepted) {
        res.setHeader('content-encoding', 'gzip')
        res.setHeader('content-length', bytes.length)
      }
      if (req.method === 'HEAD') return void res.end()
      if (isAccepted) res.end(bytes)
      else await stream(Readable.from([bytes]).pipe(createGunzip()), res)
    },
  }

  const upload: HttpRoute = {
    method: 'PUT',
    path: '/api/workspaces/:workspaceId/files/*',
    permission: 'workspace.write',
    isUpload: true,
    async handle({ req, res, url, params, context }) {
      const workspaceId = workspaceIdOf(params)
      const path = parsePath(params['*'] ?? '')
      const ifExists = ifExistsParam.parse(url.searchParams.get('ifExists'))
      const tooLarge = (): AppError => new AppError('too_large', undefined, { details: { limit: UPLOAD_MAX_BYTES } })
      if (Number(req.headers['content-length'] ?? 0) > UPLOAD_MAX_BYTES) throw tooLarge()
      await files.requireAgent(workspaceId)
      const uploadId = newId<string>()
      const send = (bytes: Uint8Array, offset: number, isLast: boolean) =>
        gateway.call(workspaceId, 'files.upload', { uploadId, path, offset, bytes, isLast, ifExists })
      try {
        let offset = 0
        for await (const bytes of chunksOf(req)) {
          if (offset + bytes.length > UPLOAD_MAX_BYTES) throw tooLarge()
          await send(bytes, offset, false)
          offset += bytes.length
        }
        // Only what came whole is put in place.
        if (!req.complete) throw new AppError('cancelled')
        const placed = await send(Buffer.alloc(0), offset, true)
        await files.uploaded(context, workspaceId, offset)
        sendJson(res, 201, { path: placed.path })
      } catch (error) {
        await gateway.call(workspaceId, 'files.upload.abort', { uploadId }).catch(() => {
          // The agent is away, and has dropped what it had.
        })
        if (req.destroyed && !req.complete) throw new AppError('cancelled', undefined, { cause: error })
        throw error
      }
    },
  }

  const download: HttpRoute = {
    method: 'GET',
    path: '/api/workspaces/:workspaceId/files/*',
    permission: 'workspace.read',
    async handle({ req, res, params }) {
      const workspaceId = workspaceIdOf(params)
      const path = parsePath(params['*'] ?? '')
      await files.requireAgent(workspaceId)
      await files.settle(workspaceId, 'all')
      const first = await readFirst(workspaceId, path)
      asDownload(res, nameOf(path), 'application/octet-stream')
      res.setHeader('content-length', first.size)
      if (req.method === 'HEAD') return void res.end()
      await stream(readChunks(workspaceId, path, first), res)
    },
  }

  const archive: HttpRoute = {
    method: 'GET',
    path: '/api/workspaces/:workspaceId/archive',
    permission: 'workspace.read',
    async handle({ req, res, url, params }) {
      const workspaceId = workspaceIdOf(params)
      const folder = parsePath(url.searchParams.get('path') ?? '.', { allowRoot: true })
      await files.requireAgent(workspaceId)
      await files.settle(workspaceId, 'all')
      const { entry, realPath } = await gateway.call(workspaceId, 'files.stat', { path: folder === '' ? '.' : folder })
      if (entry.kind !== 'folder') throw new AppError('not_a_file')
      const name = folder === '' ? await workspaceName(workspaceId) : nameOf(folder)
      asDownload(res, `${name}.zip`, 'application/zip')
      if (req.method === 'HEAD') return void res.end()
      await stream(
        zipOfFolder({
          folder: realPath,
          list: (path) => files.list(workspaceId, path),
          async *read(path) {
            yield* readChunks(workspaceId, path, await readFirst(workspaceId, path))
          },
        }),
        res,
      )
    },
  }

  return [tree, upload, download, archive]
}

const stream = async (content: AsyncIterable<Uint8Array> | Readable, res: ServerResponse): Promise<void> => {
  try {
    await pipeline(content, res)
  } catch (error) {
    // The person went away: nobody is left to tell.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}
