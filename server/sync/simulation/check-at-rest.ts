import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { SEED_TEXT, type World } from './world.ts'

const textOf = (updates: readonly Uint8Array[]): string => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc.getText(TEXT_NAME).toString()
}

const count = (text: string, part: string): number => text.split(part).length - 1

/** What must hold once every fault is over; then everyone leaves, and nothing must be left. */
export async function checkAtRest(world: World): Promise<string[]> {
  const wrong: string[] = []
  const expect = (holds: boolean, message: string): void => {
    if (!holds) wrong.push(message)
  }
  const stored = await world.log.load(world.documentId)
  if (stored === null || world.node === null) return ['no document or no node at rest']
  expect(
    stored.rows.every((row, index) => row.seq === stored.snapshotSeq + 1 + index) &&
      stored.snapshotSeq + stored.rows.length === stored.headSeq,
    'seq has a gap',
  )
  const text = textOf([...(stored.snapshot === null ? [] : [stored.snapshot]), ...stored.rows.map((row) => row.bytes)])
  for (const client of world.clients) {
    expect(client.text.toString() === text, `${client.name} differs from the log`)
    expect(client.isSaved, `${client.name} is not saved at rest`)
  }
  expect(count(text, 'SEED') <= 1, 'the seed is doubled')
  const { saved, removed, vague, marks } = world.claims
  for (const token of saved)
    if (!vague.has(token)) expect(count(text, token) === 1, `saved ${token} is there ${count(text, token)} times`)
  for (const token of removed) if (!vague.has(token)) expect(!text.includes(token), `removed ${token} is there`)
  for (const token of world.tokensOf(text)) expect(count(text, token) === 1, `${token} is doubled`)
  for (const name of world.claims.accused) expect(false, `${name} was told that somebody else wrote under its id`)
  for (const token of world.forbidden) expect(!text.includes(token), `${token} of a viewer is in the log`)
  await checkHistory(world, marks, expect)
  await checkAcknowledgedSeqs(world, expect)
  checkAwareness(world, expect)
  await checkBaseline(world, expect)
  return wrong
}

type Expect = (holds: boolean, message: string) => void

/** Every text that a replica was told to equal the log at some seq can be rebuilt from the history (C2). */
async function checkHistory(world: World, marks: ReadonlyMap<number, string>, expect: Expect): Promise<void> {
  for (const [seq, text] of [[1, SEED_TEXT] as const, ...marks]) {
    expect((await textAt(world, seq)) === text, `history at ${seq} differs from what a replica held`)
  }
}

/** The seq of an acknowledgement is one at which the log has what it acknowledges (P6). */
async function checkAcknowledgedSeqs(world: World, expect: Expect): Promise<void> {
  const { saved, removed, vague, savedAt } = world.claims
  const tokensAt = new Map<number, string[]>()
  for (const [token, seq] of savedAt)
    if (saved.has(token) && !removed.has(token) && !vague.has(token))
      tokensAt.set(seq, [...(tokensAt.get(seq) ?? []), token])
  for (const [seq, tokens] of tokensAt) {
    const text = await textAt(world, seq)
    for (const token of tokens) expect(text.includes(token), `${token} was acknowledged at ${seq}, where it is not`)
  }
}

async function textAt(world: World, seq: number): Promise<string> {
  const slice = await world.log.history(world.documentId, seq)
  return textOf(slice === null ? [] : [...(slice.base === null ? [] : [slice.base]), ...slice.updates])
}

function checkAwareness(world: World, expect: Expect): void {
  const live = world.clients.map((client) => client.doc.clientID)
  for (const client of world.clients) {
    const seen = [...client.peers].filter(([, peer]) => peer.state !== null).map(([clientId]) => clientId)
    const others = live.filter((clientId) => clientId !== client.doc.clientID)
    expect(
      seen.toSorted().join() === others.toSorted().join(),
      `${client.name} sees ${seen.join()} instead of ${others.join()}`,
    )
  }
}

async function checkBaseline(world: World, expect: Expect): Promise<void> {
  for (const client of world.clients) client.disconnect()
  await world.clock.advance(40_000)
  const stats = world.node?.sync.stats()
  expect(
    stats?.rooms === 0 && stats.channels === 0 && stats.muxSockets === 0 && stats.uncommittedBytes === 0,
    `left behind: ${JSON.stringify(stats)}`,
  )
}
