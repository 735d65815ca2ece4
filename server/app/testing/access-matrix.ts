import type { Actor } from '#shared/access/actor.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { isWorkspacePermission, type Permission } from '#shared/access/permissions.ts'
import { loadResource, requirePermission } from '#server/platform/access.ts'
import { createCallerFactory, appCodeOf, type RequestContext } from '#server/platform/trpc.ts'
import { pino } from 'pino'
import { AppError } from '#shared/errors.ts'
import type { App } from '../app.ts'
import { CAST, type Stage } from './cast.ts'

/** `yes`, or the code of the refusal. */
export type Verdict = string
const REFUSALS = new Set(['unauthenticated', 'suspended', 'forbidden', 'not_found'])

const contextOf = (app: App, actor: Actor): RequestContext => ({
  actor,
  requestId: 'matrix',
  address: '192.0.2.1',
  userAgent: 'matrix',
  cookies: new Map(),
  log: pino({ level: 'silent' }),
  signal: new AbortController().signal,
  loadWorkspace: app.loadWorkspace,
  setCookie: () => {},
})

/**
 * Asks every entry as every member of the cast. A procedure is asked with an input that no schema accepts, so that
 * access is judged and nothing is done; `yes` means that the request got past access.
 */
export async function measureAccess(app: App, stage: Stage): Promise<Map<string, Verdict[]>> {
  const table = new Map<string, Verdict[]>()
  for (const entry of app.entries) {
    const resources: [string, WorkspaceId][] = isWorkspacePermission(entry.permission as Permission)
      ? [
          ['own', stage.workspaceId],
          ['foreign', stage.foreignWorkspaceId],
          ['missing', 'AAAAAAAAAAAAAAAAAAAAAA' as WorkspaceId],
        ]
      : [['-', stage.workspaceId]]
    for (const [which, workspaceId] of resources) {
      const verdicts: Verdict[] = []
      for (const part of CAST) verdicts.push(await ask(app, entry, stage.actors[part], workspaceId))
      table.set(`${entry.kind} ${entry.name} [${entry.permission}] ${which}`, verdicts)
    }
  }
  for (const [which, id] of [
    ['own', stage.documentId],
    ['foreign', stage.foreignDocumentId],
  ] as const) {
    const verdicts: Verdict[] = []
    for (const part of CAST) {
      const access = part === 'anonymous' ? null : await app.authorizeDocument(stage.actors[part], id)
      verdicts.push(
        access?.status === 'ok' ? (access.canWrite ? 'write' : 'read') : (access?.status ?? 'unauthenticated'),
      )
    }
    table.set(`channel document ${which}`, verdicts)
  }
  return table
}

async function ask(app: App, entry: App['entries'][number], actor: Actor, workspaceId: WorkspaceId): Promise<Verdict> {
  try {
    if (entry.kind === 'procedure') await call(app, entry.name, actor, workspaceId)
    else if (entry.permission === 'each-channel') requireKnown(actor)
    else if (entry.permission !== 'public') {
      const permission = entry.permission as Permission
      requirePermission(actor, permission, await loadResource(app.loadWorkspace, actor, permission, workspaceId))
    }
    return 'yes'
  } catch (error) {
    const code = appCodeOf(error)
    return REFUSALS.has(code) ? code : 'yes'
  }
}

/** What server/app/upgrade.ts asks before the handshake; each channel and event is judged on its own after it. */
function requireKnown(actor: Actor): void {
  if (actor.type === 'anonymous') throw new AppError('unauthenticated')
  if (actor.type === 'user' && actor.isSuspended) throw new AppError('suspended')
}

/** `auth.logout` and the like take no input and do act; they act on the cast alone. */
async function call(app: App, name: string, actor: Actor, workspaceId: WorkspaceId): Promise<void> {
  const caller = createCallerFactory(app.router)(contextOf(app, actor))
  let procedure: unknown = caller
  for (const part of name.split('.')) procedure = (procedure as Record<string, unknown>)[part]
  await (procedure as (input: unknown) => Promise<unknown>)({ workspaceId, 'not in any schema': true })
}

/** The table as text: one line an entry, verdicts by column. */
export function renderAccess(table: ReadonlyMap<string, readonly Verdict[]>): string {
  const short: Record<string, string> = {
    unauthenticated: '401',
    suspended: 'susp',
    forbidden: '403',
    not_found: '404',
    missing: '404',
  }
  const width = Math.max(...[...table.keys()].map((key) => key.length))
  const line = (key: string, cells: readonly string[]) =>
    `${key.padEnd(width)}  ${cells.map((c) => c.padEnd(9)).join(' ')}`.trimEnd()
  const rows = [...table].map(([key, verdicts]) =>
    line(
      key,
      verdicts.map((v) => short[v] ?? v),
    ),
  )
  return `${[line('', CAST), ...rows.toSorted()].join('\n')}\n`
}
