import { createTRPCClient, httpLink } from '@trpc/client'
import type { AppRouter } from '#server/app/router.ts'
import { type HttpAnswer, type HttpAsk, sendHttp } from './http.ts'
import type { Product } from './product.ts'

/** One browser's worth of cookies at the product. */
export interface Session {
  readonly product: Product
  readonly cookies: Map<string, string>
  readonly api: ReturnType<typeof createTRPCClient<AppRouter>>
  /** The Cookie header of this moment. */
  cookie(): string
  /** A request with this session's cookies; new ones are kept. */
  send(target: string, ask?: HttpAsk): Promise<HttpAnswer>
}

export interface Person {
  readonly email: string
  readonly name: string
  readonly password: string
}

/** A signed-out browser. `localAddress` makes it a machine of its own for limits by address. */
export function createSession(product: Product, options: { localAddress?: string } = {}): Session {
  const cookies = new Map<string, string>()
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const send = async (target: string, ask: HttpAsk = {}) => {
    const headers = {
      ...(cookies.size > 0 ? { cookie: cookie() } : {}),
      origin: product.url,
      'sec-fetch-site': 'same-origin',
      ...ask.headers,
    }
    const answer = await sendHttp(product.port, target, { ...options, ...ask, headers })
    for (const line of answer.setCookies) keepCookie(cookies, line)
    return answer
  }
  const api = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${product.url}/trpc`,
        fetch: async (target, init) => {
          const url = new URL(String(target))
          const body = typeof init?.body === 'string' ? { body: init.body } : {}
          const headers = Object.fromEntries(new Headers(init?.headers))
          const answer = await send(url.pathname + url.search, { method: init?.method ?? 'GET', headers, ...body })
          return new Response(answer.text, { status: answer.status, headers: { 'content-type': 'application/json' } })
        },
      }),
    ],
  })
  return { product, cookies, api, cookie, send }
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const at = pair.indexOf('=')
  const name = pair.slice(0, at).trim()
  const value = pair.slice(at + 1).trim()
  if (value === '' || /;\s*max-age=0\b/i.test(line)) cookies.delete(name)
  else cookies.set(name, value)
}

/** Long and unlike any list of common ones, as the product demands. */
export const passwordOf = (name: string): string => `${name} keeps seven umbrellas dry`

export const personNamed = (name: string): Person => ({
  name,
  email: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}@example.org`,
  password: passwordOf([...name].toReversed().join('')),
})

/** The first admin of a fresh product, signed in. */
export async function setUp(product: Product, name = 'Ada', options: { localAddress?: string } = {}): Promise<Session> {
  const session = createSession(product, options)
  await session.api.auth.setup.mutate(personNamed(name))
  return session
}

/** A new account, signed in. The product's sign-up must be open. */
export async function signUp(
  product: Product,
  name: string,
  options: { localAddress?: string } = {},
): Promise<Session> {
  const session = createSession(product, options)
  await session.api.auth.signUp.mutate(personNamed(name))
  return session
}

export async function logIn(product: Product, name: string, options: { localAddress?: string } = {}): Promise<Session> {
  const session = createSession(product, options)
  const { email, password } = personNamed(name)
  await session.api.auth.login.mutate({ email, password })
  return session
}
