import type { DeletedFile } from '#shared/api/files.ts'
import { formatRelativeTime } from '../platform/time.ts'
import { messages } from './locale.ts'

/** Whose deed it was and when, as far as it is known. */
export function whenAndWho({ deletedAt, deletedBy, editedAt }: DeletedFile, nowMs?: number): string {
  if (deletedAt === null)
    return editedAt === null
      ? messages.t('deleted.unknown')
      : messages.t('deleted.lastEdit', { time: formatRelativeTime(new Date(editedAt).toISOString(), nowMs) })
  const time = formatRelativeTime(new Date(deletedAt).toISOString(), nowMs)
  return deletedBy === null
    ? messages.t('deleted.byDisk', { time })
    : messages.t('deleted.by', { time, name: deletedBy.name })
}
