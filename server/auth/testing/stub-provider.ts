import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { newToken } from '#server/platform/tokens.ts'

export const CLIENT = { clientId: 'pairloom', clientSecret: 'known to both' }

export type ProviderFault = 'issuer' | 'audience' | 'expired' | 'other-person' | 'server-error' | 'garbage' | 'no-token'

export interface StubProvider {
  readonly url: string
  /** Who is signed in at the provider. */
  person: { id: number; email: string | null; isVerified: boolean; name: string | null }
  fault: ProviderFault | null
  close(): Promise<void>
}

/** A provider over real HTTP that speaks both OpenID Connect and GitHub's dialect, and insists on PKCE and its client. */
export async function startStubProvider(): Promise<StubProvider> {
  const codes = new Map<string, { challenge: string; redirectUri: string }>()
  const accessTokens = new Set<string>()
  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      res.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stub: StubProvider = {
    url,
    person: { id: 1, email: null, isVerified: false, name: null },
    fault: null,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '/', url)
    const json = (body: unknown, status = 200) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (pathname.endsWith('/authorize')) return authorize(searchParams, res)
    if (stub.fault === 'server-error') return void json({ error: 'server_error' }, 500)
    if (stub.fault === 'garbage') return void res.end('<html>not json</html>')
    if (pathname === '/.well-known/openid-configuration') return void json(discovery())
    if (pathname === '/token' || pathname === '/login/oauth/access_token') return token(req, json)
    if (!accessTokens.has(req.headers.authorization?.replace('Bearer ', '') ?? '')) return void json({}, 401)
    const { id, email, isVerified, name } = stub.person
    if (pathname === '/userinfo') {
      return void json({
        sub: stub.fault === 'other-person' ? 'x' : String(id),
        email,
        email_verified: isVerified,
        name,
      })
    }
    if (pathname === '/api/v3/user') return void json({ id, login: 'octo', name })
    if (pathname === '/api/v3/user/emails') {
      const old = { email: 'old@example.com', primary: false, verified: true }
      return void json(email === null ? [old] : [old, { email, primary: true, verified: isVerified }])
    }
    json({}, 404)
  }

  const discovery = () => ({
    issuer: stub.fault === 'issuer' ? 'http://localhost:1' : url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/userinfo`,
  })

  function authorize(asked: URLSearchParams, res: ServerResponse): void {
    const redirectUri = asked.get('redirect_uri') ?? ''
    const isRight =
      asked.get('client_id') === CLIENT.clientId &&
      asked.get('response_type') === 'code' &&
      asked.get('code_challenge_method') === 'S256' &&
      asked.get('state') !== null
    if (!isRight) return void res.writeHead(400).end()
    const code = newToken()
    codes.set(code, { challenge: asked.get('code_challenge') ?? '', redirectUri })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', asked.get('state') ?? '')
    res.writeHead(302, { location: back.href }).end()
  }

  async function token(req: IncomingMessage, json: (body: unknown, status?: number) => void): Promise<void> {
    const form = new URLSearchParams(await text(req))
    const known = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const basic = Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')
    const isRight = known?.challenge === challenge && known.redirectUri === form.get('redirect_uri')
    if (!isRight || req.headers.authorization !== `Basic ${basic}`) return json({ error: 'invalid_grant' }, 400)
    // GitHub answers 200 with an error in it.
    if (stub.fault === 'no-token') return json({ error: 'bad_verification_code' })
    const accessToken = newToken()
    accessTokens.add(accessToken)
    const claims = {
      iss: url,
      aud: stub.fault === 'audience' ? 'another client' : CLIENT.clientId,
      sub: String(stub.person.id),
      exp: Math.floor(Date.now() / 1000) + (stub.fault === 'expired' ? -60 : 60),
    }
    const idToken = [{ alg: 'RS256', typ: 'JWT' }, claims, 'signature']
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    json({ access_token: accessToken, token_type: 'Bearer', id_token: idToken })
  }

  return stub
}
