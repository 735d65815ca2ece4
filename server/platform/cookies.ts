/** Where the session of a signed-in person lives. `__Host-` keeps other hosts from planting it, but needs https. */
export const sessionCookieName = (isHttps: boolean): string => (isHttps ? '__Host-pairloom' : 'pairloom')

/** Where the token of a guest by share link lives, by the same rule. */
export const guestCookieName = (isHttps: boolean): string => `${sessionCookieName(isHttps)}-guest`

/** Cookies by name; a name given twice is dropped, since nobody can say which one is meant. */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  const doubled = new Set<string>()
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at < 0) continue
    const name = pair.slice(0, at).trim()
    if (cookies.has(name)) doubled.add(name)
    cookies.set(name, pair.slice(at + 1).trim())
  }
  for (const name of doubled) cookies.delete(name)
  return cookies
}

/** A Set-Cookie value that scripts cannot read and other sites cannot send along. `maxAgeSeconds` 0 removes it. */
export function formatCookie(cookie: { name: string; value: string; maxAgeSeconds: number; isHttps: boolean }): string {
  const { name, value, maxAgeSeconds, isHttps } = cookie
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${isHttps ? '; Secure' : ''}`
}
