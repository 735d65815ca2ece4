import type { Pool } from 'pg'
import { aiAuthorId, type HunkConflict } from '#shared/api/suggestions.ts'
import { AppError } from '#shared/errors.ts'
import type { SuggestionId, WorkspaceId } from '#shared/ids.ts'
import { record, requireStill } from '#server/platform/access-in-transaction.ts'
import type { Asking } from '../chat/asking.ts'
import { inTransaction } from '../chat/transaction.ts'
import { expectedText } from './describe.ts'
import { withLineFeeds } from './make.ts'
import type { EditAuthors, SyncPort } from './ports.ts'
import {
  changeHunks,
  type Db,
  type HunkRow,
  lockSuggestion,
  readHunks,
  requireSuggestion,
  type SuggestionRow,
} from './rows.ts'

export interface Choice {
  readonly workspaceId: WorkspaceId
  readonly suggestionId: SuggestionId
  /** undefined: all that the verb concerns */
  readonly positions?: readonly number[]
}

export type Decision =
  | { readonly status: 'done'; readonly changed: readonly number[] }
  | { readonly status: 'conflict'; readonly conflicts: readonly HunkConflict[] }

/** One hunk and what is to stand in the place of what is expected there. */
interface Wish {
  readonly hunk: HunkRow
  readonly expected: string
  readonly insert: string
}

interface Verb {
  readonly action: 'suggestion.accepted' | 'suggestion.undone'
  readonly status: 'accepted' | 'undone'
  readonly wishes: (hunks: readonly HunkRow[]) => readonly Wish[]
  readonly authors: (suggestion: SuggestionRow) => EditAuthors
}

export interface DecideDeps {
  readonly pool: Pool
  readonly sync: SyncPort
}

/** Open hunks go into the document, all of those asked for or none; what others decided first is left as it is. */
export function accept(deps: DecideDeps, by: Asking, choice: Choice): Promise<Decision> {
  return write(deps, by, choice, {
    action: 'suggestion.accepted',
    status: 'accepted',
    wishes: (hunks) =>
      hunks
        .filter(({ status }) => status === 'open')
        .map((hunk) => ({ hunk, expected: hunk.baseText, insert: hunk.newText })),
    authors: (suggestion) => authorsOf(suggestion, by),
  })
}

/** A hunk in conflict, by a person who has seen what stands there: that goes, and `text` comes. */
export function resolve(
  deps: DecideDeps,
  by: Asking,
  input: Omit<Choice, 'positions'> & { readonly position: number; readonly current: string; readonly text: string },
): Promise<Decision> {
  const expected = withLineFeeds(input.current)
  const insert = withLineFeeds(input.text)
  return write(
    deps,
    by,
    { ...input, positions: [input.position] },
    {
      action: 'suggestion.accepted',
      status: 'accepted',
      wishes: (hunks) => hunks.filter(({ status }) => status === 'open').map((hunk) => ({ hunk, expected, insert })),
      authors: (suggestion) => authorsOf(suggestion, by),
    },
  )
}

/** The inverse of accepted hunks, all or none: of those asked for, or of all that this person accepted. */
export function undo(deps: DecideDeps, by: Asking, choice: Choice): Promise<Decision> {
  const { userId } = by.actor
  const isMeant = ({ status, decidedById }: HunkRow): boolean =>
    status === 'accepted' && (choice.positions !== undefined || decidedById === userId)
  return write(deps, by, choice, {
    action: 'suggestion.undone',
    status: 'undone',
    wishes: (hunks) =>
      hunks.filter(isMeant).map((hunk) => ({ hunk, expected: expectedText(hunk), insert: hunk.baseText })),
    authors: () => ({ author: userId, userIds: [userId], editor: userId }),
  })
}

/** Nothing is written into the document. */
export async function reject(deps: DecideDeps, by: Asking, choice: Choice): Promise<Decision> {
  const { workspaceId, suggestionId } = choice
  await requireSuggestion(deps.pool, workspaceId, suggestionId)
  return inTransaction(deps.pool, async (tx) => {
    await requireStill(tx, by, 'workspace.write', workspaceId)
    return close(tx, by, choice)
  })
}

/** The proposer takes back what nobody has decided on. */
export async function withdraw(deps: DecideDeps, by: Asking, choice: Omit<Choice, 'positions'>): Promise<Decision> {
  const { workspaceId, suggestionId } = choice
  const suggestion = await requireSuggestion(deps.pool, workspaceId, suggestionId)
  if (suggestion.requesterId !== by.actor.userId) throw new AppError('forbidden')
  return inTransaction(deps.pool, (tx) => close(tx, by, choice))
}

async function close(tx: Db, by: Asking, choice: Choice): Promise<Decision> {
  const open = (await chosenHunks(tx, choice)).filter(({ status }) => status === 'open')
  const changes = open.map((hunk) => ({ ...hunk, status: 'rejected' as const }))
  await note(tx, by, choice, { action: 'suggestion.rejected', changes, seq: null })
  return { status: 'done', changed: open.map(({ position }) => position) }
}

/**
 * One transaction: the document's head is locked and what is in the log is read, the role is asked for again, texts are
 * compared, the edit is appended and the hunks are marked. Two people who accept at once are one after the other here.
 */
async function write({ pool, sync }: DecideDeps, by: Asking, choice: Choice, verb: Verb): Promise<Decision> {
  const { workspaceId, suggestionId } = choice
  const { documentId } = await requireSuggestion(pool, workspaceId, suggestionId)
  return sync.amend(documentId, async (page): Promise<Decision> => {
    const { tx } = page
    await requireStill(tx, by, 'workspace.write', workspaceId)
    const wishes = verb.wishes(await chosenHunks(tx, choice))
    if (wishes.length === 0) return { status: 'done', changed: [] }
    const suggestion = await requireSuggestion(tx, workspaceId, suggestionId)
    if (!suggestion.isOfThisEpoch) return conflictOf(wishes, [])
    const outcome = await page.rewrite(
      wishes.map(({ hunk, expected, insert }) => ({ range: hunk, isLines: true, expected, insert })),
      verb.authors(suggestion),
    )
    if (outcome.status === 'conflict') return conflictOf(wishes, outcome.current)
    const changes = wishes.map(({ hunk, expected, insert }, i) => ({
      ...hunk,
      ...outcome.ranges[i]!,
      status: verb.status,
      ...(verb.status === 'accepted' ? { baseText: expected, newText: insert } : {}),
    }))
    await note(tx, by, choice, { action: verb.action, changes, seq: outcome.seq })
    return { status: 'done', changed: wishes.map(({ hunk }) => hunk.position) }
  })
}

async function note(
  tx: Db,
  by: Asking,
  { workspaceId, suggestionId }: Choice,
  it: { readonly action: string; readonly changes: Parameters<typeof changeHunks>[2]; readonly seq: number | null },
): Promise<void> {
  if (it.changes.length === 0) return
  await changeHunks(tx, suggestionId, it.changes, { userId: by.actor.userId, seq: it.seq })
  const details = { hunks: it.changes.length }
  await record(tx, by, { action: it.action, workspaceId, targetId: suggestionId, details })
}

/** Locked until the transaction ends. Throws `not_found` for a position that the suggestion does not have. */
async function chosenHunks(tx: Db, { suggestionId, positions }: Choice): Promise<readonly HunkRow[]> {
  await lockSuggestion(tx, suggestionId)
  const hunks = await readHunks(tx, [suggestionId])
  if (positions === undefined) return hunks
  const chosen = hunks.filter(({ position }) => positions.includes(position))
  if (chosen.length < new Set(positions).size) throw new AppError('not_found')
  return chosen
}

function conflictOf(wishes: readonly Wish[], current: readonly (string | null)[]): Decision {
  const conflicts = wishes.flatMap(({ hunk, expected, insert }, i) => {
    const found = current[i] ?? null
    return found === expected ? [] : [{ position: hunk.position, base: expected, current: found, proposed: insert }]
  })
  return { status: 'conflict', conflicts }
}

/** Whose text it is, and who let it in. */
function authorsOf({ source, requesterId }: SuggestionRow, { actor }: Asking): EditAuthors {
  const author = source === 'ai' ? aiAuthorId(requesterId) : requesterId
  return { author, userIds: [...new Set([author, actor.userId])], editor: actor.userId }
}
