import { z } from 'zod'
import { AppError, type ErrorCode, ERRORS } from '#shared/errors.ts'
import {
  AGENT_CHUNK_BYTES,
  type AgentResult,
  type ServerToAgentEvents,
  VOLUME_CHECK_PATHS,
} from '#shared/protocol/agent.ts'
import { terminalId } from '#shared/api/id.ts'
import { size as terminalSize } from '#shared/api/terminal.ts'
import { SCREEN_MAX_CHARS } from '#shared/protocol/pty.ts'
import type { Runnable } from '#shared/protocol/terminal.ts'
import { diskPath, diskPathOrRoot, statEntry, treeEntries, treeEntry } from './agent-forms.ts'

type Calls = {
  [
    Name in keyof ServerToAgentEvents as Parameters<ServerToAgentEvents[Name]>['length'] extends 2 ? Name : never
  ]: ServerToAgentEvents[Name]
}
export type CallName = keyof Calls
export type InputOf<N extends CallName> = Parameters<Calls[N]>[0]
type AnswerOf<N extends CallName> = Parameters<Parameters<Calls[N]>[1]>[0]
export type ValueOf<N extends CallName> = AnswerOf<N> extends AgentResult<infer T> ? T : never

/** One folder; what is beyond is no longer for people to read. */
const LIST_MAX_ENTRIES = 50_000
const MESSAGE_MAX_CHARS = 200

const nothing = z.null()
const streamOffset = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
/** The screen and the modes, and a sequence that is not complete. */
const SCREEN_TEXT_MAX_CHARS = SCREEN_MAX_CHARS + (8 << 10)
const RUNNABLES_MAX = 500
const runnable: z.ZodType<Runnable> = z.object({
  kind: z.enum(['script', 'make', 'python']),
  path: diskPath,
  name: z.string().max(1_000),
  detail: z.string().max(200).nullable(),
})

const VALUES: { readonly [N in CallName]: z.ZodType<ValueOf<N>> } = {
  'files.stat': z.object({ entry: statEntry, realPath: diskPathOrRoot }),
  'files.list': z.object({ entries: treeEntries(LIST_MAX_ENTRIES) }),
  'files.read': z.object({
    bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= AGENT_CHUNK_BYTES),
    size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
  'files.create': z.object({ entry: treeEntry }),
  'files.rename': z.object({ moved: z.array(z.object({ from: diskPath, to: diskPath })).max(16) }),
  'files.delete': z.object({ trashId: z.string().regex(/^[0-9a-f]{1,64}$/) }),
  'files.restore': z.object({ path: diskPath }),
  'files.upload': z.object({ path: diskPath }),
  'files.upload.abort': nothing,
  'volume.check': z.object({ missing: z.number().int().min(0).max(VOLUME_CHECK_PATHS) }),
  'documents.attach': z.object({ realPath: diskPath, bom: z.boolean() }),
  'documents.keep': nothing,
  'documents.detach': nothing,
  'files.settle': z.object({ isSettled: z.boolean() }),
  'pty.open': nothing,
  'pty.attach': z.object({ offset: streamOffset, screen: z.string().max(SCREEN_TEXT_MAX_CHARS), size: terminalSize }),
  'pty.input': nothing,
  'pty.close': nothing,
  'pty.rename': nothing,
  'run.list': z.object({ runnables: z.array(runnable).max(RUNNABLES_MAX) }),
  'run.start': z.object({ terminalId }),
}

const success = z.object({ ok: z.literal(true), value: z.unknown() })
const failure = z.object({ ok: z.literal(false), code: z.string(), message: z.string().catch('') })
const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code)

/** The value of an agent's answer. Throws its AppError, an unknown code as `internal`, or a ZodError on a wrong form. */
export function parseAnswer<N extends CallName>(name: N, raw: unknown): ValueOf<N> {
  const refused = failure.safeParse(raw)
  if (refused.success) {
    const { code, message } = refused.data
    const text = message === '' ? undefined : message.slice(0, MESSAGE_MAX_CHARS)
    throw new AppError(isErrorCode(code) ? code : 'internal', text)
  }
  const { value } = success.parse(raw)
  // The compiler cannot follow a name that is generic.
  return (VALUES[name] as z.ZodType<ValueOf<N>>).parse(value)
}
