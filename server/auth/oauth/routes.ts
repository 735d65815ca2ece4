import type { ServerResponse } from 'node:http'
import { generateCodeVerifier, generateState } from 'arctic'
import { linkToken } from '#shared/api/id.ts'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { HttpRoute, RouteRequest } from '#server/platform/http.ts'
import { isSameSecret } from '#server/platform/tokens.ts'
import type { AuthContext } from '../context.ts'
import { createFlowCookies, type FlowCookies, type OAuthFlow } from './flow-cookie.ts'
import { localPath } from './local-path.ts'
import type { OAuthProvider } from './provider.ts'
import { signInWithProvider } from './sign-in-with-provider.ts'

/**
 * `GET /auth/oauth/:provider/start?next=<local path>&invite=<token>&link=1` and its `/callback`. Both are pages a
 * browser is sent to, so a failure leads to `/login?error=<code>`, which says it in words.
 */
export function createOAuthRoutes(auth: AuthContext, providers: readonly OAuthProvider[]): readonly HttpRoute[] {
  const { config, now } = auth
  const flows = createFlowCookies({ secret: config.secret, isHttps: config.isHttps, now })
  const providerOf = (request: RouteRequest): OAuthProvider => {
    const provider = providers.find(({ id }) => id === request.params['provider'])
    if (!provider) throw new AppError('not_found')
    return provider
  }
  return [
    {
      method: 'GET',
      path: '/auth/oauth/:provider/start',
      permission: 'public',
      handle: (request) => orSayWhy(request, () => start(auth, flows, providerOf(request), request)),
    },
    {
      method: 'GET',
      path: '/auth/oauth/:provider/callback',
      permission: 'public',
      isCrossSiteAllowed: true,
      handle: (request) => orSayWhy(request, () => finish(auth, flows, providerOf(request), request)),
    },
  ]
}

async function start(
  auth: AuthContext,
  flows: FlowCookies,
  provider: OAuthProvider,
  request: RouteRequest,
): Promise<string> {
  const { context, url } = request
  auth.throttle.takeByAddress(context.address)
  const state = generateState()
  const codeVerifier = generateCodeVerifier()
  const isLinking = url.searchParams.get('link') === '1'
  if (isLinking && context.actor.type !== 'user') throw new AppError('unauthenticated')
  // Another site must not be able to begin what would join two accounts.
  if (isLinking && request.req.headers['sec-fetch-site'] === 'cross-site') throw new AppError('cross_site')
  const authorizationUrl = await provider.authorizationUrl(state, codeVerifier)
  context.setCookie(
    flows.write({
      providerId: provider.id,
      state,
      codeVerifier,
      next: localPath(url.searchParams.get('next')),
      inviteToken: linkToken.safeParse(url.searchParams.get('invite')).data ?? null,
      linkTo: isLinking && context.actor.type === 'user' ? context.actor.userId : null,
    }),
  )
  return authorizationUrl.href
}

async function finish(
  auth: AuthContext,
  flows: FlowCookies,
  provider: OAuthProvider,
  request: RouteRequest,
): Promise<string> {
  const { context, url } = request
  auth.throttle.takeByAddress(context.address)
  const flow = flows.read(context.cookies)
  // One flow, one callback.
  context.setCookie(flows.clearing)
  if (!flow || flow.providerId !== provider.id) throw new AppError('oauth_failed')
  const profile = await provider.readProfile(codeOf(url, flow), flow.codeVerifier)
  const { inviteToken, linkTo } = flow
  await signInWithProvider(auth, context, { providerId: provider.id, profile, inviteToken, linkTo })
  return flow.next
}

/** The code of a callback that this browser's own flow led to. `error` stands there when the person said no. */
function codeOf(url: URL, flow: OAuthFlow): string {
  const code = url.searchParams.get('code')
  if (code === null || !isSameSecret(url.searchParams.get('state') ?? '', flow.state))
    throw new AppError('oauth_failed')
  return code
}

/** Sends the browser on: to where `work` says, or to the sign-in page with the reason. */
async function orSayWhy({ res, context }: RouteRequest, work: () => Promise<string>): Promise<void> {
  let location: string
  try {
    location = await work()
  } catch (error) {
    // Whatever a provider answers amiss is its failure, not a bug of ours; the log has the cause.
    const code: ErrorCode = error instanceof AppError ? error.code : 'oauth_failed'
    if (!(error instanceof AppError)) context.log.warn({ err: error }, 'sign-in by a provider failed')
    location = `/login?error=${code}`
  }
  redirect(res, location)
}

function redirect(res: ServerResponse, location: string): void {
  res.writeHead(302, { location, 'cache-control': 'no-store', 'content-length': 0 })
  res.end()
}
