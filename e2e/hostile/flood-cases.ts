import * as Y from 'yjs'
import { SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import { contentFrame } from '../support/sync-client.ts'
import { within } from '../support/until.ts'
import { alike, type HostileCase } from './hostile-case.ts'
import type { Premises } from './premises.ts'
import { enter, honestUpdate, readAgain, update } from './saying.ts'

/** Updates whose beginning is withheld. */
function orphans(count: number, size: number): Uint8Array[] {
  const doc = new Y.Doc()
  doc.getText(TEXT_NAME).insert(0, 'withheld')
  const made: Uint8Array[] = []
  doc.on('update', (bytes) => made.push(bytes))
  for (let i = 0; i < count; i++) doc.getText(TEXT_NAME).insert(4, 'o'.repeat(size))
  return made.map((bytes) => contentFrame(SYNC_STEP.update, bytes))
}

async function sendOrphans(
  { editor, owner, freshDocument }: Premises,
  count: number,
  size: number,
): Promise<{ code: number; kept: string }> {
  const documentId = await freshDocument()
  const client = await enter(editor, documentId)
  for (const frame of orphans(count, size)) client.sendRaw(frame)
  const { code } = await within(15_000, 'the connection closes', client.closed)
  const text = await readAgain(owner, documentId)
  return { code, kept: text === 'one\ntwo\n' ? 'nothing of it kept' : text }
}

/** Too much, or never the end of it. */
export const FLOOD_CASES: readonly HostileCase[] = [
  {
    name: 'updates whose beginning never comes',
    expected: '1012 in 10 s, nothing of it kept',
    async run(premises) {
      const { code, kept } = await sendOrphans(premises, 5, 10)
      return `${code} in 10 s, ${kept}`
    },
  },
  {
    name: 'a flood of updates whose beginning never comes',
    expected: 'closed, nothing of it kept',
    async run(premises) {
      const { code, kept } = await sendOrphans(premises, 300, 4000)
      return `${[1012, 1013].includes(code) ? 'closed' : code}, ${kept}`
    },
  },
  {
    name: 'a frame of 1.5 MiB, one of 100 MiB',
    expected: '1009',
    async run({ editor, freshDocument }) {
      const documentId = await freshDocument()
      const big = [update(honestUpdate('x'.repeat(3 << 19))), new Uint8Array(100 << 20)]
      const codes: number[] = []
      for (const frame of big) {
        const client = await enter(editor, documentId)
        client.sendRaw(frame)
        codes.push((await within(10_000, 'the connection closes', client.closed)).code)
      }
      // The rest of the bytes meets a closed socket: then there is no close frame to read.
      return alike(codes.map((code) => (code === 1006 ? 1009 : code)))
    },
  },
  {
    name: 'text beyond 5 MiB',
    expected: '4422 and the first 5 MiB stand',
    // The first text of the largest size starts the worker, which takes 25 MiB, and 15 more where Node has not kept
    // what it makes of the code yet. Later ones add little.
    growthLimitMiB: 112,
    async run({ editor, owner, freshDocument }) {
      const documentId = await freshDocument('')
      const client = await enter(editor, documentId)
      const piece = 'x'.repeat(500 << 10)
      for (let i = 0; i < 11 && client.socket.readyState === client.socket.OPEN; i++) {
        client.edit((text) => text.insert(0, piece))
        // The piece that is refused is never saved: how the connection closes is judged below.
        await client.whenSaved().catch(() => undefined)
      }
      const { code } = await within(10_000, 'the connection closes', client.closed)
      const { length } = await readAgain(owner, documentId)
      return `${code} and ${length === 10 * piece.length ? 'the first 5 MiB stand' : `${length} characters stand`}`
    },
  },
  {
    name: 'a message in 130,000 fragments of one byte',
    expected: 'closed or taken whole',
    async run({ editor, freshDocument }) {
      const client = await enter(editor, await freshDocument())
      client.socket.send(Uint8Array.from([0]), { fin: false })
      for (let i = 0; i < 130_000; i++) client.socket.send(Uint8Array.from([0x80]), { fin: false })
      client.socket.send(Uint8Array.from([1]), { fin: true })
      const { code } = await within(15_000, 'the connection closes', client.closed)
      return [1006, 1007, 1008, 1009].includes(code) ? 'closed or taken whole' : String(code)
    },
  },
  {
    name: '2,000 messages at once',
    expected: 'slowed down, nothing lost',
    async run({ editor, owner, freshDocument }) {
      const documentId = await freshDocument('')
      const client = await enter(editor, documentId)
      for (let i = 0; i < 2000; i++) client.edit((text) => text.insert(text.length, 'm'))
      await client.whenSaved()
      const { length } = await readAgain(owner, documentId)
      client.close()
      return length === 2000 ? 'slowed down, nothing lost' : `${length} of 2000 there`
    },
  },
]
