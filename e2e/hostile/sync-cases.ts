import * as Y from 'yjs'
import { SYNC_STEP, TEXT_NAME } from '#shared/protocol/sync.ts'
import { createRandom } from '../support/random.ts'
import { contentFrame } from '../support/sync-client.ts'
import type { HostileCase } from './hostile-case.ts'
import { alike } from './hostile-case.ts'
import { enter, forgedUpdate, honestUpdate, readAgain, refuseAll, say, update, varUint } from './saying.ts'

const UNDECODABLE: Readonly<Record<string, Uint8Array[]>> = {
  'an empty frame': [new Uint8Array()],
  'truncated frames': [0, 1, 2, 3, 8, 20].map((cut) => {
    const whole = update(honestUpdate('cut off somewhere'))
    return whole.subarray(0, Math.min(cut + 1, whole.length - 1))
  }),
  'random bytes as an update': Array.from({ length: 20 }, (_, i) => update(createRandom(i + 1).bytes(40))),
  'an update of 2^40 clients': [update([...varUint(2 ** 40), 0]), update([...varUint(2 ** 40)])],
  'an update of 2^40 structs': [update([1, ...varUint(2 ** 40), 1, 0, 4, 1, 1, 116, 1, 97])],
  'a delete set of 2^40 clients': [update([0, ...varUint(2 ** 40)])],
  'a length of 2^40 bytes': [Uint8Array.from([0, 2, ...varUint(2 ** 40), 1, 2, 3])],
  'a number of twelve bytes': [Uint8Array.from([0, 2, ...Array<number>(12).fill(0xff), 1])],
  'trailing bytes after an update, after a message': [
    update([...honestUpdate('x'), 0, 0, 0]),
    Uint8Array.from([...update(honestUpdate('x')), 7]),
  ],
  'a state vector cut off': [
    contentFrame(SYNC_STEP.step1, Uint8Array.from([3, 1])),
    contentFrame(SYNC_STEP.step1, varUint(2 ** 40)),
  ],
}

export const SYNC_CASES: readonly HostileCase[] = [
  ...Object.entries(UNDECODABLE).map(([name, frames]): HostileCase => ({
    name,
    expected: '1007',
    run: (premises) => refuseAll(premises, premises.editor, frames),
  })),
  {
    name: 'the V2 encoding',
    expected: 'refused',
    async run(premises) {
      const doc = new Y.Doc()
      doc.getText(TEXT_NAME).insert(0, 'second version')
      const got = await refuseAll(premises, premises.editor, [update(Y.encodeStateAsUpdateV2(doc))])
      return got === '1007' || got === '4422' ? 'refused' : got
    },
  },
  {
    name: 'a text frame',
    expected: '1003',
    run: async ({ editor, freshDocument }) => say(editor, await freshDocument(), 'hello'),
  },
  {
    name: 'unknown message and step types',
    expected: '4422',
    run: (premises) =>
      refuseAll(premises, premises.editor, [Uint8Array.from([9]), Uint8Array.from([0, 7]), Uint8Array.from([101, 1])]),
  },
  {
    name: 'a GC struct of length 2^31-1 under an unknown id, a Skip of the same',
    expected: '4422',
    async run(premises) {
      const gc = [1, 1, ...varUint(4711), 0, 0, ...varUint(2 ** 31 - 1), 0]
      const skip = [1, 1, ...varUint(4712), 0, 10, ...varUint(2 ** 31 - 1), 0]
      const deleted = [1, 1, ...varUint(4713), 0, 1, 1, 4, 116, 101, 120, 116, ...varUint(2 ** 31 - 1), 0]
      return refuseAll(premises, premises.editor, [update(gc), update(skip), update(deleted)])
    },
  },
  {
    name: "a connected colleague's client id",
    expected: '4422, the colleague types on',
    async run({ editor, owner, freshDocument }) {
      const documentId = await freshDocument()
      const victim = await enter(owner, documentId)
      victim.edit((text) => text.insert(0, 'mine '))
      await victim.whenSaved()
      const clock = Y.getState(victim.doc.store, victim.doc.clientID)
      const gc = [1, 1, ...varUint(victim.doc.clientID), ...varUint(clock), 0, ...varUint(1000), 0]
      const codes = [
        await say(editor, documentId, update(forgedUpdate(victim.doc.clientID, clock))),
        await say(editor, documentId, update(gc)),
      ]
      victim.edit((text) => text.insert(0, 'still '))
      await victim.whenSaved()
      const text = await readAgain(editor, documentId)
      victim.close()
      const wentOn = text.includes('still mine ') && !text.includes('forged')
      return `${alike(codes)}, ${wentOn ? 'the colleague types on' : `the text is ${text}`}`
    },
  },
  {
    name: 'embeds, formats, types and another root in place of text',
    expected: 'text as before',
    async run({ editor, owner, freshDocument }) {
      const documentId = await freshDocument()
      const doc = new Y.Doc()
      doc.getText(TEXT_NAME).insertEmbed(0, { image: 'javascript:alert(1)' })
      doc.getMap('other').set('key', 'value')
      await say(editor, documentId, update(Y.encodeStateAsUpdate(doc)))
      const formatted = new Y.Doc()
      formatted.getText(TEXT_NAME).insert(0, 'bold', { bold: true })
      await say(editor, documentId, update(Y.encodeStateAsUpdate(formatted)))
      const text = await readAgain(owner, documentId)
      return text.replaceAll('.', '') === 'one\ntwo\n' ? 'text as before' : text
    },
  },
]
