import type { Pool } from 'pg'
import { type Inbox, type NoticeFacts, noticeFacts, NOTICES_MAX, readNoticesInput } from '#shared/api/inbox.ts'
import type { UserId, WorkspaceId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import { router, selfProcedure } from '#server/platform/trpc.ts'

export interface InboxOptions {
  readonly pool: Pool
  /** Every tab of this person asks anew. */
  onChanged(userId: UserId): void
  readonly now: () => number
}

interface Told {
  readonly people: readonly UserId[]
  /** null: of no workspace; else it is shown only to who is a member at the time of reading */
  readonly workspaceId: WorkspaceId | null
  /** The occasion: nobody is told twice of the same. */
  readonly key: string
  readonly facts: NoticeFacts
}

interface Row {
  readonly id: string
  readonly at: Date
  readonly isRead: boolean
  readonly workspaceId: string | null
  readonly workspaceName: string | null
  readonly facts: unknown
}

const KEPT_MS = 90 * 86_400_000

/** What people are told whether they are here or not. */
export function createInbox({ pool, onChanged, now }: InboxOptions) {
  const self = selfProcedure('account.use')

  const list = async (userId: UserId): Promise<Inbox> => {
    const { rows } = await pool.query<Row>(
      `select n.id, n.at, n.read_at is not null as "isRead", n.facts, w.id as "workspaceId", w.name as "workspaceName"
       from notice n
       left join membership m on m.workspace_id = n.workspace_id and m.user_id = n.user_id
       left join workspace w on w.id = m.workspace_id and w.deleted_at is null
       where n.user_id = $1 and (n.workspace_id is null or w.id is not null)
       order by n.at desc, n.id limit ${NOTICES_MAX}`,
      [userId],
    )
    return {
      notices: rows.flatMap(({ id, at, isRead, workspaceId, workspaceName, facts }) => {
        const known = noticeFacts.safeParse(facts)
        // A newer server's kind: it is told where it can be read.
        if (!known.success) return []
        const workspace = workspaceId === null ? null : { id: workspaceId, name: workspaceName ?? '' }
        return [{ id, at: at.toISOString(), isRead, workspace, facts: known.data }]
      }),
    }
  }

  const markRead = async (userId: UserId, ids: readonly string[]): Promise<void> => {
    const { rowCount } = await pool.query(
      'update notice set read_at = $3 where user_id = $1 and id = any($2) and read_at is null',
      [userId, ids, new Date(now())],
    )
    if (rowCount !== 0) onChanged(userId)
  }

  return {
    router: router({
      list: self.query(({ ctx }) => list(ctx.actor.userId)),
      markRead: self.input(readNoticesInput).mutation(({ ctx, input }) => markRead(ctx.actor.userId, input.ids)),
    }),
    async tell({ people, workspaceId, key, facts }: Told): Promise<void> {
      const { rows } = await pool.query<{ userId: UserId }>(
        `insert into notice (id, user_id, workspace_id, kind, key, facts, at)
         select id, user_id, $3, $4, $5, $6, $7 from unnest($1::text[], $2::text[]) as p (id, user_id)
         on conflict (user_id, key) do nothing returning user_id as "userId"`,
        [people.map(() => newId()), people, workspaceId, facts.kind, key, facts, new Date(now())],
      )
      for (const { userId } of rows) onChanged(userId)
    },
    /** Removes what has been there for three months. */
    async sweep(): Promise<void> {
      await pool.query('delete from notice where at < $1', [new Date(now() - KEPT_MS)])
    },
  }
}
