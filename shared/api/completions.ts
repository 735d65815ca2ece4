import { z } from 'zod'
import { ID_PATTERN } from '../ids.ts'
import { workspaceId } from './id.ts'
import { path } from './files.ts'

export const PREFIX_CHARS = 4_000
export const SUFFIX_CHARS = 2_000
export const OPEN_FILES_MAX = 3
export const OPEN_FILE_CHARS = 1_200

const source = (max: number) => z.string().max(max)

export const completeInput = z.strictObject({
  workspaceId,
  path,
  /** Monaco's name of it */
  language: z.string().max(64),
  prefix: source(PREFIX_CHARS),
  suffix: source(SUFFIX_CHARS).default(''),
  /** where else people have just written, the latest last */
  openFiles: z
    .array(z.strictObject({ path, text: source(OPEN_FILE_CHARS) }))
    .max(OPEN_FILES_MAX)
    .default([]),
})
export type CompleteInput = z.input<typeof completeInput>

export const outcomeInput = z.strictObject({
  workspaceId,
  completionId: z.string().regex(ID_PATTERN),
  outcome: z.enum(['shown', 'accepted', 'dismissed']),
  elapsedMs: z.number().int().min(0).max(86_400_000),
})
export type CompletionOutcome = z.infer<typeof outcomeInput>['outcome']

export type Completion =
  | { readonly status: 'done'; readonly completionId: string; readonly text: string }
  /** Nothing is read or sent anywhere for this file. */
  | { readonly status: 'not_offered'; readonly reason: 'secret_file' }

const SECRET_NAMES = [
  /^\.env(?:\..*)?$/,
  /\.env$/,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg|ppk|tfstate|tfvars)(?:\.backup)?$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\.pub)?$/,
  /^\.(?:npmrc|netrc|pgpass|htpasswd|git-credentials|pypirc|dockercfg|vault-token)$/,
  /^(?:credentials|secrets?)(?:\.(?:json|ya?ml|toml|ini|txt|properties))?$/,
  /^kubeconfig$/,
]
const SECRET_FOLDERS = new Set(['.ssh', '.aws', '.gnupg', '.kube', '.docker', 'secrets'])
/** Templates to be filled in: they hold names, not values. */
const TEMPLATE = /\.(?:example|sample|template|dist)$/

/** True for files that by their name hold keys or passwords: no model is to read them. */
export function isSecretFile(file: string): boolean {
  const parts = file.toLowerCase().split('/')
  const name = parts.pop() ?? ''
  if (parts.some((folder) => SECRET_FOLDERS.has(folder))) return true
  return !TEMPLATE.test(name) && SECRET_NAMES.some((pattern) => pattern.test(name))
}
