import { AppError } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import type { FileBaseRecord } from '#shared/protocol/agent.ts'
import { diffSequences, createInterner, splitLines } from '#shared/text-diff.ts'
import type { ServerCalls } from '../server-calls.ts'
import type { MergedVersion } from './merge-journal.ts'
import type { FileText } from './text-file.ts'

/** What the disk has to do with the document when it is opened again. */
export type Agreement =
  /** the disk is what was written, or read, last */
  | { readonly status: 'agreed'; readonly seq: number }
  /** somebody else wrote: three-way merge from this text */
  | { readonly status: 'changed'; readonly baseText: string }

const distance = (from: string, to: string): number => {
  const intern = createInterner()
  return diffSequences(intern(splitLines(from)), intern(splitLines(to))).reduce(
    (n, h) => n + h.aEnd - h.aStart + h.bEnd - h.bStart,
    0,
  )
}

const textOrNull = async (calls: ServerCalls, documentId: DocumentId, seq: number): Promise<string | null> => {
  try {
    return await calls.baseText(documentId, seq)
  } catch (error) {
    // A seq whose history is gone is no base; anything else must stop the merge.
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  }
}

/**
 * K1, K4: compares the disk with the base, then with the last intent (a write whose end was not recorded). Without a
 * base the agent died right after seeding: seq 1 is the base. Of two possible bases the nearer to the disk is taken.
 */
export async function findAgreement(input: {
  calls: ServerCalls
  documentId: DocumentId
  base: FileBaseRecord | null
  disk: FileText
  /** the last version of the file that went into the document by a merge, where that is newer than the base */
  merged: MergedVersion | null
}): Promise<Agreement> {
  const { calls, documentId, base, disk, merged } = input
  if (merged === null && base?.sha256 === disk.sha256) return { status: 'agreed', seq: base.seq }
  if (base?.intentSeq != null && base.intentSha256 === disk.sha256) return { status: 'agreed', seq: base.intentSeq }
  // An intent may stand before the first base: then too, seq 1 is where both began.
  const from = merged === null ? Math.max(1, base?.seq ?? 1) : null
  const seqs = [...new Set([from, base?.intentSeq ?? from])].filter((seq) => seq !== null)
  const past = await Promise.all(seqs.map((seq) => textOrNull(calls, documentId, seq)))
  const texts = [merged?.text ?? null, ...past].filter((text) => text !== null)
  if (texts.length === 0) throw new AppError('conflict', 'No common past of this file and its document is known.')
  const nearest = texts.toSorted((a, b) => distance(a, disk.text) - distance(b, disk.text))[0]!
  if (base === null && merged === null && nearest === disk.text) return { status: 'agreed', seq: 1 }
  return { status: 'changed', baseText: nearest }
}
