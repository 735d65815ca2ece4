import path from 'node:path'
import { z } from 'zod'

/** The only reader of process.env in the server: parsed before anything starts, all problems told at once. */
const blankIsUnset = (value: unknown) => (value === '' ? undefined : value)
const optional = <T extends z.ZodType>(type: T) => z.preprocess(blankIsUnset, type.optional())

const DEFAULT_SECRETS = new Set(['changeme', 'change-me', 'secret', 'default', 'pairloom'])

const schema = z.object({
  NODE_ENV: optional(z.enum(['production', 'development', 'test'])),
  HOST: z.preprocess(blankIsUnset, z.string().default('127.0.0.1')),
  PORT: z.preprocess(blankIsUnset, z.coerce.number().int().min(0).max(65_535).default(3000)),
  PUBLIC_URL: optional(
    z.url({ protocol: /^https?$/, error: 'an http or https address such as https://ide.example.org' }),
  ),
  DATA_DIR: z.preprocess(blankIsUnset, z.string().default('./data')),
  DATABASE_URL: optional(
    z.url({ protocol: /^postgres(ql)?$/, error: 'an address such as postgresql://user:password@host:5432/name' }),
  ),
  /** live text of AI runs, for several servers; in memory without it */
  REDIS_URL: optional(z.url({ protocol: /^rediss?$/, error: 'an address such as redis://host:6379' })),
  LOG_LEVEL: z.preprocess(blankIsUnset, z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info')),
  WORKSPACE_RUNTIME: z.preprocess(
    blankIsUnset,
    z.literal('local', { error: 'local (the only runtime of this version)' }).default('local'),
  ),
  /** of the local runtime, by bubblewrap */
  WORKSPACE_SANDBOX: z.preprocess(
    blankIsUnset,
    z.enum(['auto', 'required', 'off'], { error: 'auto, required or off' }).default('auto'),
  ),
  ALLOW_REMOTE_LOCAL_RUNTIME: z.preprocess(blankIsUnset, z.stringbool().default(false)),
  ALLOW_FILE_GIT_URLS: z.preprocess(blankIsUnset, z.stringbool().default(false)),
  /** proxies of one's own before this server, each adding to X-Forwarded-For; 0: the header is not believed */
  TRUSTED_PROXY_HOPS: z.preprocess(blankIsUnset, z.coerce.number().int().min(0).max(10).default(0)),
  SESSION_SECRET: optional(
    z
      .string()
      .refine(
        (s) => s.length >= 32 && !DEFAULT_SECRETS.has(s.toLowerCase()) && new Set(s).size > 4,
        'at least 32 characters that nobody can guess; one is made and kept in DATA_DIR when this is unset',
      ),
  ),
  /** what /metrics asks for as a bearer token; without it, /metrics is open on a loopback address only */
  METRICS_TOKEN: optional(z.string().min(16, 'at least 16 characters')),
  GITHUB_CLIENT_ID: optional(z.string()),
  GITHUB_CLIENT_SECRET: optional(z.string()),
  GOOGLE_CLIENT_ID: optional(z.string()),
  GOOGLE_CLIENT_SECRET: optional(z.string()),
  OIDC_NAME: optional(z.string()),
  OIDC_ISSUER: optional(z.url({ protocol: /^https?$/ })),
  OIDC_CLIENT_ID: optional(z.string()),
  OIDC_CLIENT_SECRET: optional(z.string()),
})

export type Env = Omit<z.infer<typeof schema>, 'DATA_DIR'> & {
  /** absolute */
  readonly dataDir: string
  readonly isLoopback: boolean
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/** Parses the environment; on a mistake returns every problem as a line a person can act on. */
export function parseEnv(values: Readonly<Record<string, string | undefined>>): { env: Env } | { problems: string[] } {
  const parsed = schema.safeParse(values)
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => `${issue.path.join('.')}: expected ${issue.message}`) }
  }
  const { DATA_DIR, ...env } = parsed.data
  const isLoopback = LOOPBACK.has(env.HOST)
  const problems: string[] = []
  const pairs = [
    ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
    ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
    ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
    ['OIDC_CLIENT_ID', 'OIDC_ISSUER'],
  ] as const
  for (const [a, b] of pairs) if (!env[a] !== !env[b]) problems.push(`${a} and ${b} go together: expected both or none`)
  if (!isLoopback && !env.PUBLIC_URL) {
    problems.push('PUBLIC_URL: expected the address people use, since HOST is not a loopback address')
  }
  if (!isLoopback && !env.ALLOW_REMOTE_LOCAL_RUNTIME) {
    problems.push(
      'ALLOW_REMOTE_LOCAL_RUNTIME: the local runtime does not isolate workspaces; expected true to serve it beyond this machine',
    )
  }
  if (!isLoopback && env.NODE_ENV === 'production' && !env.SESSION_SECRET) {
    problems.push('SESSION_SECRET: expected at least 32 characters in production')
  }
  if (problems.length > 0) return { problems }
  return { env: { ...env, dataDir: path.resolve(DATA_DIR), isLoopback } }
}

/** Reads `.env` and the environment; ends the process with all problems when something is wrong. */
export function readEnv(): Env {
  try {
    process.loadEnvFile('.env')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const result = parseEnv(process.env)
  if ('env' in result) return result.env
  process.stderr.write(
    `Pairloom cannot start. Mend these settings:\n${result.problems.map((p) => `  ${p}\n`).join('')}`,
  )
  process.exit(78)
}
