import { expect, it } from 'vitest'
import { createSealer } from './sealed.ts'

const sealer = createSealer('a secret of this server')

it('gives back what was sealed, and shows nothing of it', () => {
  const sealed = sealer.seal('sk-12345', 'provider-1')
  expect(sealed).not.toContain('12345')
  expect(sealer.unseal(sealed, 'provider-1')).toBe('sk-12345')
  expect(sealer.seal('sk-12345', 'provider-1')).not.toBe(sealed)
})

it.each([
  ['of another row', (sealed: string) => sealer.unseal(sealed, 'provider-2')],
  ['under another secret', (sealed: string) => createSealer('another').unseal(sealed, 'provider-1')],
  ['that was changed', (sealed: string) => sealer.unseal(`${sealed.slice(0, -2)}AA`, 'provider-1')],
  ['that never was one', () => sealer.unseal('nonsense', 'provider-1')],
])('does not open a value %s', (_, open) => {
  expect(open(sealer.seal('sk-12345', 'provider-1'))).toBeNull()
})
