import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { MESSAGE } from '#shared/protocol/sync.ts'
import { awarenessFrame, connectSync, type SyncClient } from '../support/sync-client.ts'
import { within } from '../support/until.ts'
import type { HostileCase } from './hostile-case.ts'
import type { Premises } from './premises.ts'

interface Witness {
  readonly client: SyncClient
  /** the latest state of each client id */
  readonly states: ReadonlyMap<number, { clock: number; state: string }>
  /** when an awareness state of this client id holds this text */
  whenSeen(clientId: number, text: string): Promise<void>
}

/** An editor who sends awareness, and the owner who sees what becomes of it. */
async function arrange({
  editor,
  owner,
  freshDocument,
}: Premises): Promise<{ attacker: SyncClient; witness: Witness }> {
  const documentId = await freshDocument()
  const states = new Map<number, { clock: number; state: string }>()
  const listeners = new Set<() => void>()
  const onAwareness = (bytes: Uint8Array) => {
    const decoder = decoding.createDecoder(bytes)
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const clientId = decoding.readVarUint(decoder)
      states.set(clientId, { clock: decoding.readVarUint(decoder), state: decoding.readVarString(decoder) })
    }
    for (const listener of [...listeners]) listener()
  }
  const client = await connectSync(owner, documentId, { onAwareness })
  await client.whenSynced()
  const attacker = await connectSync(editor, documentId)
  await attacker.whenSynced()
  const whenSeen = (clientId: number, text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (states.get(clientId)?.state.includes(text) !== true) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
    })
  return { attacker, witness: { client, states, whenSeen } }
}

/** Sends these, then an honest state, and answers what the owner saw when that arrived. */
async function send(premises: Premises, frames: (clientId: number) => readonly Uint8Array[]) {
  const { attacker, witness } = await arrange(premises)
  const { clientID } = attacker.doc
  for (const frame of frames(clientID)) attacker.sendRaw(frame)
  attacker.sendRaw(awarenessFrame(clientID, 1000, '{"mark":"honest"}'))
  const code = attacker.closed.then((closed) => `closed ${closed.code}`)
  const seen = witness.whenSeen(clientID, 'honest').then(() => 'goes on')
  const way = await within(10_000, 'the honest state', Promise.race([code, seen]))
  const states = new Map(witness.states)
  const own = states.get(clientID)?.state ?? ''
  states.delete(clientID)
  attacker.close()
  witness.client.close()
  const witnessId = witness.client.doc.clientID
  return {
    way,
    own,
    others: [...states].filter(([id, { state }]) => id !== witnessId && state !== 'null' && !isAgent(state)),
  }
}

const isAgent = (state: string): boolean => (JSON.parse(state) as { user?: { kind?: string } }).user?.kind === 'agent'

export const AWARENESS_CASES: readonly HostileCase[] = [
  {
    name: 'states that are no JSON object',
    expected: 'goes on, nobody sees them',
    async run(premises) {
      const states = ['{', 'undefined', '[1]', '"text"', '1e999', '{"a":'.repeat(3000)]
      const { way, own, others } = await send(premises, (id) =>
        states.map((state, i) => awarenessFrame(id, i + 1, state)),
      )
      return `${way}, ${own.includes('honest') && others.length === 0 ? 'nobody sees them' : JSON.stringify(others)}`
    },
  },
  {
    name: 'a state of 20 KB',
    expected: 'goes on, nobody sees it',
    async run(premises) {
      const { way, own } = await send(premises, (id) => [
        awarenessFrame(id, 1, JSON.stringify({ long: 'x'.repeat(20_000) })),
      ])
      return `${way}, ${own.includes('xxx') ? 'everybody sees it' : 'nobody sees it'}`
    },
  },
  {
    name: "another person's client id, as a state and as their leaving",
    expected: 'goes on, nobody was touched',
    async run(premises) {
      const documentId = await premises.freshDocument()
      const seen: string[] = []
      const victim = await connectSync(premises.owner, documentId)
      await victim.whenSynced()
      victim.sendRaw(awarenessFrame(victim.doc.clientID, 1, '{"cursor":"mine"}'))
      const attacker = await connectSync(premises.editor, documentId, {
        onAwareness: (bytes) => seen.push(Buffer.from(bytes).toString('latin1')),
      })
      await attacker.whenSynced()
      attacker.sendRaw(awarenessFrame(attacker.doc.clientID, 1, '{"own":"state"}'))
      attacker.sendRaw(awarenessFrame(victim.doc.clientID, 50, '{"cursor":"forged"}'))
      attacker.sendRaw(awarenessFrame(victim.doc.clientID, 60, 'null'))
      attacker.edit((text) => text.insert(0, '.'))
      const way = await attacker.whenSaved().then(
        () => 'goes on',
        () => 'closed',
      )
      const newcomer = await arriveAndLook(premises, documentId)
      attacker.close()
      victim.close()
      const isTouched = newcomer.includes('forged') || !newcomer.includes('mine')
      return `${way}, ${isTouched ? newcomer : 'nobody was touched'}`
    },
  },
  {
    name: 'clocks of 2^31 and 2^53',
    expected: 'goes on, and not invisible after',
    async run(premises) {
      const { way, own } = await send(premises, (id) =>
        [2 ** 31, 2 ** 40, 2 ** 53 - 1].map((clock) => awarenessFrame(id, clock, '{"far":"ahead"}')),
      )
      return `${way}, ${own.includes('honest') ? 'and not invisible after' : 'invisible after'}`
    },
  },
  {
    name: 'posing as someone else by name, colour and role',
    expected: 'goes on, under the own name',
    async run(premises) {
      const pose = JSON.stringify({
        mark: 'honest',
        user: {
          id: 'admin',
          name: '<img src=x onerror=alert(1)>',
          color: 'red;background:url(//evil)',
          role: 'owner',
          kind: 'agent',
        },
      })
      const { way, own } = await send(premises, (id) => [awarenessFrame(id, 2000, pose)])
      const { user } = JSON.parse(own) as { user: { name: string; color: unknown; role: string; kind: string } }
      const isOwn =
        user.name === 'Edit' && typeof user.color === 'number' && user.role === 'editor' && user.kind === 'person'
      return `${way}, ${isOwn ? 'under the own name' : JSON.stringify(user)}`
    },
  },
  {
    name: '1,000 client ids on one socket',
    expected: 'goes on, one is seen',
    async run(premises) {
      const ids = Array.from({ length: 1000 }, (_, i) => 9_000_000 + i)
      const { way, own, others } = await send(premises, (id) => [
        awarenessFrame(id, 1, '{"first":1}'),
        ...ids.map((other) => awarenessFrame(other, 1, '{"crowd":1}')),
      ])
      return `${way}, ${own !== '' && others.length === 0 ? 'one is seen' : `${others.length} others are seen`}`
    },
  },
  {
    name: 'a message of 2^40 states, cut off',
    expected: 'closed 1007',
    async run(premises) {
      const body = encoding.encode((encoder) => encoding.writeVarUint(encoder, 2 ** 40))
      const frame = encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, MESSAGE.awareness)
        encoding.writeVarUint8Array(encoder, body)
      })
      const { way } = await send(premises, () => [frame])
      return way
    },
  },
]

/** What the awareness of a document shows to somebody who comes in. */
async function arriveAndLook(premises: Premises, documentId: string): Promise<string> {
  let client: SyncClient | null = null
  const first = new Promise<string>((resolve) => {
    const onAwareness = (bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString('latin1')
      if (text.includes('own')) resolve(text)
    }
    void connectSync(premises.owner, documentId, { onAwareness }).then((opened) => {
      client = opened
      opened.sendRaw(Uint8Array.from([MESSAGE.queryAwareness]))
    })
  })
  const text = await within(3000, 'awareness', first)
  ;(client as SyncClient | null)?.close()
  return text
}
