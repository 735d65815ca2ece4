import { describe, expect, it } from 'vitest'
import { isSecretFile } from './completions.ts'

describe('a file that no model is to read', () => {
  it.each([
    '.env',
    'app/.env.production',
    'prod.env',
    'certs/server.PEM',
    'tls.key',
    '.ssh/config',
    'home/.aws/credentials',
    'id_rsa',
    'keys/id_ed25519',
    '.npmrc',
    'secrets.yaml',
    'deploy/secrets/db.txt',
    'terraform.tfstate.backup',
  ])('is told by its name: %s', (path) => expect(isSecretFile(path)).toBe(true))

  it.each([
    '.env.example',
    'src/env.ts',
    'src/keys.ts',
    'id_rsa.md',
    'docs/secrets.md',
    'monkey',
    'src/secret-files.ts',
  ])('is not one that only sounds like it: %s', (path) => expect(isSecretFile(path)).toBe(false))
})
