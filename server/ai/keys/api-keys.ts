import type { IncomingMessage } from 'node:http'
import type { Pool } from 'pg'
import { type Actor, ANONYMOUS, type UserActor } from '#shared/access/actor.ts'
import type { ApiKeyScope } from '#shared/api/ai.ts'
import type { ApiKeyId, SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ControlBus } from '#server/platform/control.ts'
import { hashToken } from '#server/platform/tokens.ts'

export const KEY_PREFIX = 'plk_'
const KEY = /^Bearer (plk_[A-Za-z0-9_-]{43})$/i
/** A key is looked up again after this; what changes access empties the memory at once. */
const FRESH_MS = 5000
const NOTED_EVERY_MS = 60_000

export interface KeyFacts {
  readonly id: ApiKeyId
  readonly workspaceId: WorkspaceId | null
  readonly scopes: readonly ApiKeyScope[]
}

interface Known {
  readonly actor: UserActor
  readonly key: KeyFacts
  readonly readAt: number
  readonly expiresAt: number
}

/** A key acts for its owner as a session of its own does, so that whatever ends sessions ends its requests too. */
export const keySession = (id: string): SessionId => `key:${id}` as SessionId

/** Who holds an API key. Keys open the doors of `/v1` and nothing else. */
export function createApiKeys({ pool, control, now }: { pool: Pool; control: ControlBus; now: () => number }) {
  const known = new Map<string, Known>()
  const byRequest = new WeakMap<IncomingMessage, KeyFacts>()
  const notedAt = new Map<string, number>()
  control.subscribe(() => known.clear())

  const load = async (hash: string): Promise<Known | null> => {
    const at = now()
    const { rows } = await pool.query<{
      id: ApiKeyId
      user_id: UserId
      workspace_id: WorkspaceId | null
      scopes: ApiKeyScope[]
      expires_at: Date | null
      name: string
      color: number
      is_admin: boolean
      is_suspended: boolean
    }>(
      `select k.id, k.user_id, k.workspace_id, k.scopes, k.expires_at, u.name, u.color,
         u.platform_role = 'admin' as is_admin, u.suspended_at is not null as is_suspended
       from api_key k join user_account u on u.id = k.user_id
       where k.token_hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)`,
      [hash, new Date(at)],
    )
    const row = rows[0]
    if (!row) return null
    const actor: UserActor = {
      type: 'user',
      userId: row.user_id,
      sessionId: keySession(row.id),
      name: row.name,
      color: row.color,
      isPlatformAdmin: row.is_admin,
      isSuspended: row.is_suspended,
    }
    const key = { id: row.id, workspaceId: row.workspace_id, scopes: row.scopes }
    return { actor, key, readAt: at, expiresAt: row.expires_at?.getTime() ?? Infinity }
  }

  const noteUse = (id: string): void => {
    if (now() - (notedAt.get(id) ?? 0) < NOTED_EVERY_MS) return
    notedAt.set(id, now())
    // Only a hint for its owner: a request must not fail or wait for it.
    pool.query('update api_key set last_used_at = $2 where id = $1', [id, new Date(now())]).catch(() => undefined)
  }

  return {
    /** Anonymous where the header holds no live key; undefined where there is no such header. */
    async resolve(req: IncomingMessage): Promise<Actor | undefined> {
      const { authorization } = req.headers
      if (authorization === undefined) return undefined
      const token = KEY.exec(authorization)?.[1]
      if (token === undefined) return ANONYMOUS
      const hash = hashToken(token)
      const remembered = known.get(hash)
      const isFresh = remembered && now() - remembered.readAt < FRESH_MS && now() < remembered.expiresAt
      const found = isFresh ? remembered : await load(hash)
      if (!found) return ANONYMOUS
      if (known.size > 10_000) known.clear()
      known.set(hash, found)
      byRequest.set(req, found.key)
      noteUse(found.key.id)
      return found.actor
    },
    /** The key a request came with; undefined for a session. */
    keyOf: (req: IncomingMessage): KeyFacts | undefined => byRequest.get(req),
    isKeyActor: (actor: Actor): boolean => actor.type === 'user' && actor.sessionId.startsWith('key:'),
    async isValid(actor: UserActor): Promise<boolean> {
      const { rowCount } = await pool.query(
        `select 1 from api_key k join user_account u on u.id = k.user_id
         where k.id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2) and u.suspended_at is null`,
        [actor.sessionId.slice(4), new Date(now())],
      )
      return rowCount === 1
    },
  }
}

export type ApiKeys = ReturnType<typeof createApiKeys>
