import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { SERVER_ENV, SERVER_FLAGS } from './node-flags.ts'

it('is how npm start runs the server', () => {
  const manifest = readFileSync(path.resolve(import.meta.dirname, '../package.json'), 'utf8')
  const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> }

  const folder = path.relative(path.resolve(import.meta.dirname, '..'), SERVER_ENV.NODE_COMPILE_CACHE)
  const { GLIBC_TUNABLES: tunables } = SERVER_ENV
  const command = `NODE_COMPILE_CACHE=${folder} GLIBC_TUNABLES=${tunables} exec node ${SERVER_FLAGS.join(' ')} server/main.ts`

  expect(scripts['start']?.endsWith(`&& ${command}`)).toBe(true)
})
