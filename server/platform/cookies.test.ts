import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatCookie, guestCookieName, parseCookies, sessionCookieName } from './cookies.ts'

it('reads names and values, and drops what is given twice', () => {
  expect([...parseCookies('a=1; b=2=3;c= 4 ; nothing; =5')]).toEqual([
    ['a', '1'],
    ['b', '2=3'],
    ['c', '4'],
    ['', '5'],
  ])
  expect([...parseCookies('a=1; b=2; a=1')]).toEqual([['b', '2']])
  expect([...parseCookies('a=1; a=2; a=3')]).toEqual([])
  expect([...parseCookies(undefined)]).toEqual([])
})

it('takes any header without failing or touching an object prototype', () => {
  fc.assert(fc.property(fc.string(), (header) => parseCookies(header) instanceof Map))
  expect(parseCookies('__proto__=x; constructor=y').get('__proto__')).toBe('x')
})

it('writes cookies that scripts and other sites cannot use, bound to this host on https', () => {
  const cookie = { value: 'v', maxAgeSeconds: 60 }
  expect(formatCookie({ ...cookie, name: sessionCookieName(false), isHttps: false })).toBe(
    'pairloom=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60',
  )
  expect(formatCookie({ ...cookie, name: sessionCookieName(true), isHttps: true })).toBe(
    '__Host-pairloom=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure',
  )
})

it('binds the cookie of a guest to this host on https, as it does that of a person', () => {
  expect(guestCookieName(false)).toBe('pairloom-guest')
  expect(guestCookieName(true)).toBe('__Host-pairloom-guest')
})
