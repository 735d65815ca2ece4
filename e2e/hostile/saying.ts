import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import type { Session } from '../support/api.ts'
import { connectSync, contentFrame, type SyncClient } from '../support/sync-client.ts'
import { within } from '../support/until.ts'
import { alike } from './hostile-case.ts'
import type { Premises } from './premises.ts'

export const update = (bytes: Uint8Array | readonly number[]) => contentFrame(SYNC_STEP.update, Uint8Array.from(bytes))
/** A number as lib0 writes it, however large. */
export const varUint = (value: number) => encoding.encode((encoder) => encoding.writeVarUint(encoder, value))

/** Somebody in the document; a reader has nothing to offer and is asked for nothing. */
export async function enter(session: Session, documentId: string, isReader = false): Promise<SyncClient> {
  const client = await connectSync(session, documentId, isReader ? { isOffering: false } : {})
  await client.whenSynced()
  return client
}

/** How a connection ends on which this was said; `alive` where it goes on and still answers. */
export const say = (session: Session, documentId: string, ...frames: (Uint8Array | string)[]): Promise<string> =>
  sayAs(enter(session, documentId), frames)

export async function sayAs(entering: Promise<SyncClient>, frames: readonly (Uint8Array | string)[]): Promise<string> {
  const client = await entering
  for (const frame of frames) client.sendRaw(frame)
  const ended = client.closed.then(({ code }) => String(code))
  const alive = saysNothingIsWrong(client)
  const way = await within(5000, 'an answer', Promise.race([ended, alive.then((isSo) => (isSo ? 'alive' : ended))]))
  client.close()
  return way
}

/** A further edit of the client is acknowledged. */
const saysNothingIsWrong = async (client: SyncClient): Promise<boolean> => {
  client.edit((text) => text.insert(0, '.'))
  return client.whenSaved().then(
    () => true,
    () => false,
  )
}

/** Sends each in a connection of its own; answers the codes, and whether the text stayed as it was. */
export async function refuseAll(premises: Premises, session: Session, frames: readonly Uint8Array[]): Promise<string> {
  const documentId = await premises.freshDocument()
  const witness = await enter(premises.owner, documentId)
  const before = witness.text()
  const codes: string[] = []
  for (const frame of frames) {
    const client = await enter(session, documentId, session === premises.viewer)
    client.sendRaw(frame)
    codes.push(
      await within(5000, 'the connection closes', client.closed).then(
        ({ code }) => String(code),
        () => 'left open',
      ),
    )
    client.close()
  }
  const isSame = (await readAgain(premises.owner, documentId)) === before && witness.text() === before
  witness.close()
  return `${alike(codes)}${isSame ? '' : ', the text changed'}`
}

export async function readAgain(session: Session, documentId: string): Promise<string> {
  const client = await enter(session, documentId)
  const text = client.text()
  client.close()
  return text
}

/** An update by a client id of somebody else's, beyond what they wrote. */
export function forgedUpdate(clientId: number, clock: number): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = clientId
  if (clock > 0) doc.getText(TEXT_NAME).insert(0, 'x'.repeat(clock))
  const vector = Y.encodeStateVector(doc)
  doc.getText(TEXT_NAME).insert(0, 'forged')
  return Y.encodeStateAsUpdate(doc, vector)
}

export function honestUpdate(text: string): Uint8Array {
  const doc = new Y.Doc()
  doc.getText(TEXT_NAME).insert(0, text)
  return Y.encodeStateAsUpdate(doc)
}
