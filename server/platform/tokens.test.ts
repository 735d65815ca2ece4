import { expect, it } from 'vitest'
import { linkToken } from '#shared/api/id.ts'
import { ID_PATTERN } from '#shared/ids.ts'
import { hashToken, isSameSecret, newId, newToken } from './tokens.ts'

it('makes ids and tokens in the form the schemas take, each only once', () => {
  const ids = Array.from({ length: 1000 }, () => newId<string>())
  const tokens = Array.from({ length: 1000 }, newToken)
  for (const id of ids) expect(id).toMatch(ID_PATTERN)
  for (const token of tokens) expect(linkToken.safeParse(token).success).toBe(true)
  expect(new Set([...ids, ...tokens]).size).toBe(2000)
})

it('stores SHA-256 of a token in hex, which is no token itself', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(linkToken.safeParse(hashToken(newToken())).success).toBe(false)
})

it('compares secrets of any length, also empty ones', () => {
  expect(isSameSecret('a secret', 'a secret')).toBe(true)
  for (const [a, b] of [
    ['a', 'b'],
    ['a', 'aa'],
    ['', 'a'],
    ['a', ''],
  ] as const)
    expect(isSameSecret(a, b)).toBe(false)
  expect(isSameSecret('', '')).toBe(true)
})
