import type { IncomingMessage } from 'node:http'

/**
 * The address a request came from. With `trustedHops` proxies of our own before us, the last that many entries of
 * X-Forwarded-For are theirs: the outermost of them was written by a machine we trust, and whatever stands before it
 * by anyone. Without proxies the header is not looked at.
 */
export function clientAddress(req: Pick<IncomingMessage, 'headers' | 'socket'>, trustedHops: number): string {
  const direct = req.socket.remoteAddress ?? ''
  if (trustedHops === 0) return direct
  const forwarded = [req.headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  return forwarded.at(-trustedHops)?.trim().slice(0, 64) || direct
}
