import { spawn } from 'node:child_process'
import { rename, rm } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'
import { type ImportReport, stagingFolderFor } from './staging.ts'

export type GitProtocol = 'https' | 'http' | 'git' | 'file'

export interface GitPolicy {
  readonly protocols: readonly GitProtocol[]
  /** passed to git beside our own settings: proxies and certificates of this server */
  readonly environment?: Readonly<Record<string, string>>
  /** without a word from git for this long, it is given up */
  readonly stallMs?: number
}

export interface CloneInput {
  readonly url: string
  /** must not exist, or be empty; the folder above it must exist */
  readonly targetDir: string
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly percent: number | null; readonly stage: string }) => void
  readonly policy?: GitPolicy
}

const DEFAULT_POLICY: GitPolicy = { protocols: ['https', 'http', 'git'] }

const judgeUrl = (raw: string, policy: GitPolicy): URL => {
  const url = URL.canParse(raw) ? new URL(raw) : null
  const protocol = url?.protocol.slice(0, -1)
  if (url === null || raw.length > 2048 || !policy.protocols.some((p) => p === protocol)) {
    throw new AppError('git_failed', undefined, { details: { reason: 'address' } })
  }
  return url
}

/** No prompts, no hooks, no configuration of the machine, no protocol but those allowed (also after a redirect). */
const gitEnvironment = (policy: GitPolicy): Record<string, string> => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  ...policy.environment,
  LC_ALL: 'C',
  HOME: '/nonexistent',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: 'true',
  GIT_SSH_COMMAND: 'false',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ALLOW_PROTOCOL: policy.protocols.join(':'),
  GIT_LFS_SKIP_SMUDGE: '1',
})

const parseProgress = (line: string): { percent: number | null; stage: string } | null => {
  const match = /^(?:remote: )?([A-Z][A-Za-z ]+?)(?: in '.*'|:\s+(\d+)%.*|\.\.\.)$/.exec(line.trim())
  return match === null ? null : { stage: match[1]!, percent: match[2] === undefined ? null : Number(match[2]) }
}

interface GitRun {
  readonly args: readonly string[]
  readonly policy: GitPolicy
  readonly signal?: AbortSignal | undefined
  readonly onLine?: ((line: string) => void) | undefined
}

const runGit = ({ args, policy, signal, onLine }: GitRun): Promise<string> =>
  new Promise((resolve, reject) => {
    // A group of its own: ending it ends git's helpers too.
    const git = spawn('git', [...args], {
      env: gitEnvironment(policy),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let out = ''
    let pending = ''
    let reason: AppError | null = null
    const end = (error: AppError): void => {
      reason ??= error
      if (git.pid === undefined) return
      try {
        process.kill(-git.pid, 'SIGKILL')
      } catch {
        // Already gone.
      }
    }
    const cancel = (): void => end(new AppError('cancelled'))
    const stall = setTimeout(() => end(new AppError('timeout')), policy.stallMs ?? 120_000)
    signal?.addEventListener('abort', cancel, { once: true })
    if (signal?.aborted === true) cancel()
    git.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    git.stderr.setEncoding('utf8').on('data', (text: string) => {
      stall.refresh()
      const lines = (pending + text).split(/[\r\n]/)
      pending = (lines.pop() ?? '').slice(-1000)
      for (const line of lines) onLine?.(line)
    })
    const settle = (error: AppError | null): void => {
      clearTimeout(stall)
      signal?.removeEventListener('abort', cancel)
      if (error === null) resolve(out)
      else reject(error)
    }
    git.on('error', (cause) => settle(new AppError('git_failed', 'git is not installed on this server.', { cause })))
    git.on('close', (code) =>
      settle(reason ?? (code === 0 ? null : new AppError('git_failed', undefined, { details: { exit: code ?? -1 } }))),
    )
  })

/** Clones with full history, whole or not at all. Throws git_failed, timeout or cancelled. */
export async function cloneGit(input: CloneInput): Promise<ImportReport> {
  const policy = input.policy ?? DEFAULT_POLICY
  const url = judgeUrl(input.url, policy)
  const staging = stagingFolderFor(input.targetDir)
  const { signal, onProgress } = input
  const onLine = (line: string): void => {
    const progress = parseProgress(line)
    if (progress !== null) onProgress?.(progress)
  }
  const careful = [
    '-c',
    'core.hooksPath=/dev/null',
    '-c',
    'http.lowSpeedLimit=1000',
    '-c',
    'http.lowSpeedTime=30',
    '-c',
    'core.fsmonitor=false',
  ]
  try {
    await runGit({
      args: [
        ...careful,
        'clone',
        '--progress',
        '--template=',
        '--no-local',
        '--no-recurse-submodules',
        '--',
        url.href,
        staging,
      ],
      policy,
      signal,
      onLine,
    })
    if (url.username !== '' || url.password !== '') {
      // A password in the address was for this once; the folder is shared with all members.
      url.username = url.password = ''
      await runGit({ args: ['-C', staging, 'remote', 'set-url', 'origin', url.href], policy, signal })
    }
    const listed = await runGit({ args: ['-C', staging, 'ls-files', '-z'], policy, signal })
    signal?.throwIfAborted()
    await rename(staging, input.targetDir)
    return { files: listed.split('\0').length - 1, renamed: [] }
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    throw error instanceof AppError
      ? error
      : new AppError(signal?.aborted === true ? 'cancelled' : 'git_failed', undefined, { cause: error })
  }
}
