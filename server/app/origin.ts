import type { IncomingMessage } from 'node:http'
import { AppError } from '#shared/errors.ts'

/** The exact origins people reach this server at. On loopback, both spellings of it. */
export function createOriginRule(options: { publicUrl: string; port: () => number; isLoopback: boolean }) {
  const publicOrigin = new URL(options.publicUrl).origin
  return (origin: string): boolean => {
    if (origin === publicOrigin) return true
    if (!options.isLoopback) return false
    const port = options.port()
    return (
      origin === `http://localhost:${port}` ||
      origin === `http://127.0.0.1:${port}` ||
      origin === `http://[::1]:${port}`
    )
  }
}

/**
 * Refuses requests that another site made. Browsers say so by Sec-Fetch-Site, older ones by Origin;
 * programs send neither, and carry no cookie that a site could ride on unless they mean to.
 */
export function requireSameOrigin(req: IncomingMessage, isOriginAllowed: (origin: string) => boolean): void {
  const site = req.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new AppError('cross_site')
  const origin = req.headers.origin
  if (origin !== undefined && !isOriginAllowed(origin)) throw new AppError('cross_site')
  // `none` is a person typing the address: fine to read, never to change something.
  if (site === 'none' && req.method !== 'GET' && req.method !== 'HEAD') throw new AppError('cross_site')
}
