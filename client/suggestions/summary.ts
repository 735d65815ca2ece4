import {
  HUNK_STATUSES,
  type HunkInfo,
  type HunkStatus,
  type SuggestionInfo,
  type SuggestionPerson,
  type SuggestionSummary,
} from '#shared/api/suggestions.ts'
import { messages } from './locale.ts'

/** One hunk of one suggestion. */
export interface HunkKey {
  readonly suggestionId: string
  readonly position: number
}

export const isSameHunk = (a: HunkKey | null, b: HunkKey | null): boolean =>
  a?.suggestionId === b?.suggestionId && a?.position === b?.position

export const hunkId = ({ suggestionId, position }: HunkKey): string => `${suggestionId}/${position}`

export const summarise = ({ hunks, ...head }: SuggestionInfo): SuggestionSummary => {
  const counts: Record<HunkStatus, number> = { open: 0, accepted: 0, rejected: 0, undone: 0 }
  for (const status of HUNK_STATUSES) counts[status] = hunks.filter((hunk) => hunk.status === status).length
  return { ...head, counts }
}

export const openHunks = ({ hunks }: SuggestionInfo): readonly HunkInfo[] =>
  hunks.filter((hunk) => hunk.status === 'open')

export const nameOfFile = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** "AI, asked by Mina", "Mina". */
export function describeAuthor({ source, requester }: Pick<SuggestionInfo, 'source' | 'requester'>): string {
  const name = requester?.name ?? messages.t('someone')
  return source === 'ai' ? messages.t('aiFor', { name }) : name
}

/** What others did to a suggestion since this page last heard of it, in sentences. */
export function sayNews(before: SuggestionInfo | null, now: SuggestionInfo, meId: string): string[] {
  const { t } = messages
  const file = nameOfFile(now.path)
  const isNew = now.hunks.every((hunk) => hunk.status === 'open')
  if (before === null) {
    if (!isNew || now.requester?.id === meId) return []
    return [t('said.suggested', { author: describeAuthor(now), count: now.hunks.length, file })]
  }
  const was = new Map(before.hunks.map((hunk) => [hunk.position, hunk.status]))
  const groups = new Map<string, { status: HunkStatus; by: SuggestionPerson | null; count: number }>()
  for (const { position, status, decidedBy } of now.hunks) {
    if (was.get(position) === status || status === 'open' || decidedBy?.id === meId) continue
    const key = `${status} ${decidedBy?.id ?? ''}`
    const group = groups.get(key) ?? { status, by: decidedBy, count: 0 }
    groups.set(key, { ...group, count: group.count + 1 })
  }
  return [...groups.values()].map(({ status, by, count }) =>
    t(`said.${status as Exclude<HunkStatus, 'open'>}`, { name: by?.name ?? t('someone'), count, file }),
  )
}
