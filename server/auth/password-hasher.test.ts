import { expect, it } from 'vitest'
import { appCodeOf } from '#server/platform/trpc.ts'
import { createPasswordHasher } from './password-hasher.ts'

it('hashes with argon2id at the cost that is asked for, each time with another salt', async () => {
  const hasher = createPasswordHasher()
  const [a, b] = await Promise.all([hasher.hash('tin oboe quilts'), hasher.hash('tin oboe quilts')])
  expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(a).not.toBe(b)
})

it('tells right from wrong to the last byte, also beyond ASCII', async () => {
  const hasher = createPasswordHasher()
  const password = `${'x'.repeat(1000)} 🐎 우체통`
  const stored = await hasher.hash(password)
  expect(await hasher.verify(stored, password)).toBe(true)
  expect(await hasher.verify(stored, password.slice(0, -1))).toBe(false)
  expect(await hasher.verify(stored, password.normalize('NFD'))).toBe(false)
})

it('works as long for an account that does not exist as for one that does, and never lets it in', async () => {
  const hasher = createPasswordHasher()
  const stored = await hasher.hash('tin oboe quilts')
  const timeOf = async (hash: string | null) => {
    const start = performance.now()
    expect(await hasher.verify(hash, 'wrong wrong wrong')).toBe(false)
    return performance.now() - start
  }
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
  await timeOf(null)
  for (let i = 0; i < 15; i += 1) {
    times.known.push(await timeOf(stored))
    times.unknown.push(await timeOf(null))
  }
  // The quickest of each: what the machine does besides can only add.
  const ratio = Math.min(...times.unknown) / Math.min(...times.known)
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
})

it('queues what is too much at once, refuses what is far too much, and recovers', async () => {
  const hasher = createPasswordHasher()
  const flood = await Promise.allSettled(Array.from({ length: 260 }, () => hasher.verify(null, 'x')))
  const refused = flood.filter((result) => result.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThanOrEqual(60)
  expect(new Set(refused.map((result) => appCodeOf(result.reason)))).toEqual(new Set(['rate_limited']))
  expect(await hasher.verify(null, 'x')).toBe(false)
})
