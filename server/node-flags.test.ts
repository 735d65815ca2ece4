import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { SERVER_FLAGS } from './node-flags.ts'

it('is how npm start runs the server', () => {
  const manifest = readFileSync(path.resolve(import.meta.dirname, '../package.json'), 'utf8')
  const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> }

  expect(scripts['start']).toMatch(new RegExp(`exec node ${SERVER_FLAGS.join(' ')} server/main\\.ts$`))
})
