import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import type { ServerCalls } from '../server-calls.ts'
import type { DocumentReplica } from '../sync/document-replica.ts'
import { createPast } from './past.ts'
import { decodeText, type FileText } from './text-file.ts'
import type { StoredPast, VersionStore } from './version-store.ts'

const DOCUMENT = 'document-with-a-past' as DocumentId
const TEXTS = ['first\n', 'first\nsecond\n', 'first\nsecond\nthird\n']

const fileOf = (text: string): FileText => decodeText(Buffer.from(text))
const stateOf = (text: string): Uint8Array => {
  const doc = new Y.Doc()
  doc.getText(TEXT_NAME).insert(0, text)
  return Y.encodeStateAsUpdate(doc)
}

const nothingWaits = () => Promise.resolve(false)

function pastOf(stored: StoredPast) {
  return createPast({
    documentId: DOCUMENT,
    epoch: 1,
    calls: { baseState: async (_: DocumentId, seq: number) => stateOf(TEXTS[seq - 1] ?? '') } as unknown as ServerCalls,
    store: { read: async () => stored, write: async () => undefined } as unknown as VersionStore,
    replica: {
      apply: () => undefined,
      whenSaved: async () => undefined,
      text: () => TEXTS.at(-1),
    } as unknown as DocumentReplica,
  })
}

const [first, second, third] = TEXTS.map((text, i) => ({ seq: i + 1, sha256: fileOf(text).sha256, added: [] }))

it('[K4] knows a write again that an agent made and the next one, cut off in its own write, did not record', async () => {
  const stored = {
    epoch: 1,
    baseKey: `1:${first!.sha256}`,
    onDisk: null,
    prepared: [],
    wereThere: [],
    conflicts: [],
    versions: [first!, second!, third!],
  }
  const base = { ...first!, lineEndings: 'lf', intentSeq: 3, intentSha256: third!.sha256 }
  const version = await pastOf(stored).restore(base, fileOf(TEXTS[1]!), nothingWaits)
  expect(version.seq).toBe(2)
})

it('[K4] no longer asks whether a write was cut off, once the disk was seen after it', async () => {
  const [merged, now] = [fileOf('first\nsecond\nof a program\n'), fileOf('first\nsecond\n')]
  const stored = {
    epoch: 1,
    baseKey: `1:${first!.sha256}`,
    onDisk: merged.sha256,
    overcome: `3:${third!.sha256}`,
    prepared: [],
    wereThere: [],
    versions: [first!, third!, { seq: 2, sha256: merged.sha256, added: [] }],
    conflicts: [],
  }
  const base = { ...first!, lineEndings: 'lf', intentSeq: 3, intentSha256: third!.sha256 }
  expect((await pastOf(stored).restore(base, now, nothingWaits)).sha256).toBe(merged.sha256)
  // Another write was cut off since then.
  const other = { ...base, intentSeq: 2, intentSha256: second!.sha256 }
  expect((await pastOf(stored).restore(other, now, nothingWaits)).sha256).toBe(second!.sha256)
})

describe('a write that was cut off, and then a program wrote', () => {
  const stored = {
    epoch: 1,
    baseKey: `1:${first!.sha256}`,
    onDisk: null,
    prepared: [`3:${third!.sha256}`],
    wereThere: [],
    versions: [first!, third!],
    conflicts: [],
  }
  const base = { ...first!, lineEndings: 'lf', intentSeq: 3, intentSha256: third!.sha256 }

  it('[K4] never came about where its file still waits, however near to it is what the program wrote', async () => {
    const near = fileOf('first\nsecond\nthird\nof a program\n')
    expect((await pastOf(stored).restore(base, near, () => Promise.resolve(true))).sha256).toBe(first!.sha256)
  })

  it('[K4] was on the disk where its file waits no more, however far from it is what the program wrote', async () => {
    expect((await pastOf(stored).restore(base, fileOf('first\n'), nothingWaits)).sha256).toBe(third!.sha256)
    expect((await pastOf(stored).restore(base, fileOf('first\nelse\n'), nothingWaits)).sha256).toBe(third!.sha256)
  })

  it('[K4] is judged by what is nearest where nobody can know', async () => {
    const before = { ...stored, prepared: [] }
    const now = fileOf('first\nelse\n')
    expect((await pastOf(before).restore(base, now, nothingWaits)).sha256).toBe(first!.sha256)
    expect((await pastOf(stored).restore(base, now, () => Promise.resolve(null))).sha256).toBe(first!.sha256)
  })
})
