import fc from 'fast-check'
import { expect, it } from 'vitest'
import { localPath } from './local-path.ts'

it('keeps paths of this site with query and fragment', () => {
  for (const path of ['/', '/w/abc/f/src/main.ts?at=1#L10-20', '/settings', '/w/%ED%95%9C'])
    expect(localPath(path)).toBe(path)
})

it('sends everything else to the front page', () => {
  const foreign = [
    null,
    '',
    'w/abc',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil',
    'https://evil.example/',
    'javascript:alert(1)',
    '/.//evil.example',
    '/a/..//evil.example',
    '/\n/evil.example',
    `/${'x'.repeat(2000)}`,
  ]
  for (const next of foreign) expect(localPath(next)).toBe('/')
})

it('never leads off this site, whatever it is given', () => {
  const tricky = fc.array(
    fc.constantFrom('/', '\\', '.', '..', ':', '@', '\t', '\n', ' ', 'evil.example', '%2f', 'http', '?', '#'),
  )
  fc.assert(
    fc.property(tricky, (parts) => {
      const path = localPath(`/${parts.join('')}`)
      expect(new URL(path, 'https://pairloom.example').origin).toBe('https://pairloom.example')
    }),
    { numRuns: 2000 },
  )
})
