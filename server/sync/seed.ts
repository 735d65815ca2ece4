import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import { AppError } from '#shared/errors.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import type { Clock } from './clock.ts'
import type { SyncLimits } from './limits.ts'
import type { AppendResult, DocumentLog } from './log/document-log.ts'
import type { Random } from './random.ts'

interface Options {
  readonly log: DocumentLog
  readonly clock: Clock
  readonly random: Random
  readonly limits: SyncLimits
}

/** LF only (T1): CRLF in a Y.Text means different offsets in different editors. */
export const normaliseLineEndings = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')

/**
 * Writes seq 1 (L2). Answers 'seeded', or 'already' where somebody else was first: then the winner's content stands.
 * Throws too_large, not_found, or unavailable when the log cannot be reached for 10 s.
 */
export function createSeeder({ log, clock, random, limits }: Options) {
  return async (documentId: DocumentId, text: string, userId: string): Promise<'seeded' | 'already'> => {
    const content = normaliseLineEndings(text)
    if (content.length > limits.textUnits) throw new AppError('too_large')
    const doc = new Y.Doc()
    if (content !== '') doc.getText(TEXT_NAME).insert(0, content)
    const request = {
      documentId,
      bytes: Y.encodeStateAsUpdate(doc),
      origin: { bootId: random.id(), firstOrdinal: 1, lastOrdinal: 1 },
      userIds: [userId],
      claims: content === '' ? [] : [{ clientId: doc.clientID, userId }],
      isSeed: true,
    }
    const deadline = clock.now() + 10_000
    for (;;) {
      let result: AppendResult | undefined
      try {
        ;[result] = await log.append([request])
      } catch (cause) {
        // Unknown whether it was committed: the same range again is harmless (D2).
        if (clock.now() >= deadline) throw new AppError('unavailable', undefined, { cause })
      }
      if (result?.status === 'committed') return 'seeded'
      if (result?.status === 'refused') return 'already'
      if (result?.status === 'missing') throw new AppError('not_found')
      if (clock.now() >= deadline) throw new AppError('unavailable')
      await new Promise<void>((resolve) => clock.after(limits.lockedRetryMs, resolve))
    }
  }
}
