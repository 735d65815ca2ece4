import fc from 'fast-check'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { matchPath, sendError, sendJson, workspaceIdOf } from './http.ts'
import { newId } from './tokens.ts'

describe('matchPath', () => {
  it.each([
    ['/healthz', '/healthz', {}],
    ['/auth/oauth/:provider/start', '/auth/oauth/github/start', { provider: 'github' }],
    ['/api/imports/:importId', '/api/imports/a%20b', { importId: 'a b' }],
    ['/api/:id/files/*', '/api/x/files/src/%ED%95%9C%EA%B8%80.ts', { id: 'x', '*': 'src/한글.ts' }],
    ['/api/:id/files/*', '/api/x/files/', { id: 'x', '*': '' }],
    ['/sync/:documentId', '/sync/', null],
    ['/sync/:documentId', '/sync', null],
    ['/sync/:documentId', '/sync/a/b', null],
    ['/sync', '/sync/', null],
    ['/healthz', '/healthz/', null],
    ['/healthz', '/HEALTHZ', null],
    ['/healthz', '//healthz', null],
    ['/a/:b', '/a/..', { b: '..' }],
  ])('matches %s against %s', (pattern, pathname, params) => {
    expect(matchPath(pattern, pathname)).toEqual(params)
  })

  it.each(['/files/a%2Fb', '/files/%2e%2e%2f', '/files/%', '/files/%ff', '/files/%C0%AF', '/files/%zz'])(
    'refuses %s, where an escape hides a slash or is none',
    (pathname) => {
      expect(() => matchPath('/files/*', pathname)).toThrow(AppError)
      expect(() => matchPath('/files/:name', pathname)).toThrow(AppError)
    },
  )

  it('decodes once, so that a doubly escaped name stays what it is', () => {
    expect(matchPath('/files/:name', '/files/%252e%252e')).toEqual({ name: '%2e%2e' })
  })

  it('takes any path without failing otherwise, and gives back what was escaped', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        fc.pre(!name.includes('/') && name.isWellFormed())
        expect(matchPath('/f/:name', `/f/${encodeURIComponent(name)}`)).toEqual({ name })
      }),
    )
    fc.assert(
      fc.property(fc.webUrl(), fc.string(), (url, tail) => {
        try {
          matchPath('/a/:b/*', new URL(tail, url).pathname)
        } catch (error) {
          if (!(error instanceof AppError) && !(error instanceof TypeError && /URL/.test(error.message))) throw error
        }
      }),
    )
  })
})

describe('workspaceIdOf', () => {
  it('gives an id of the right form and answers anything else as a missing one', () => {
    const id = newId<string>()
    expect(workspaceIdOf({ workspaceId: id })).toBe(id)
    for (const workspaceId of ['', '..', `${id}x`, id.slice(1), `${id.slice(1)}/`]) {
      expect(() => workspaceIdOf({ workspaceId })).toThrow(expect.objectContaining({ code: 'not_found' }))
    }
    expect(() => workspaceIdOf({})).toThrow(expect.objectContaining({ code: 'not_found' }))
  })
})

describe('answers', () => {
  async function answerOf(handle: Parameters<typeof createServer>[1]) {
    const server = createServer(handle)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      return { status: response.status, headers: response.headers, body: await response.text() }
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  it('are JSON that no cache keeps', async () => {
    const { status, headers, body } = await answerOf((_, res) => sendJson(res, 201, { name: '한글' }))
    expect([status, body, headers.get('cache-control')]).toEqual([201, '{"name":"한글"}', 'no-store'])
  })

  it('of an error hold its code, its sentence and the request, and no more', async () => {
    const { status, body } = await answerOf((_, res) => sendError(res, 'rate_limited', 'r1', { retryAfterSeconds: 3 }))
    expect(status).toBe(429)
    expect(JSON.parse(body)).toEqual({
      error: {
        code: 'rate_limited',
        message: expect.stringContaining('Wait a moment'),
        details: { retryAfterSeconds: 3 },
        requestId: 'r1',
      },
    })
  })

  it('that were already begun are cut, never taken for whole', async () => {
    const cut = answerOf((_, res) => {
      res.writeHead(200, { 'content-length': 100 })
      res.write('half', () => sendError(res, 'internal', 'r1'))
    })
    await expect(cut).rejects.toThrow()
  })
})
