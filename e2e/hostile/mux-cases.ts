import * as encoding from 'lib0/encoding'
import { MUX } from '#shared/protocol/sync.ts'
import { within } from '../support/until.ts'
import { alike, type HostileCase } from './hostile-case.ts'
import { openMux } from './mux-socket.ts'

/** The multiplexed door. */
export const MUX_CASES: readonly HostileCase[] = [
  {
    name: 'bad frames',
    expected: 'closed with 1007, 1003 or 4422',
    async run({ editor }) {
      const frames: (Uint8Array | string)[] = [
        new Uint8Array(),
        Uint8Array.from([0, 0]),
        Uint8Array.from([1, 9, 9]),
        Uint8Array.from([1]),
        'text',
      ]
      const codes: number[] = []
      for (const frame of frames) {
        const mux = await openMux(editor)
        mux.socket.send(frame)
        codes.push((await within(5000, 'the socket closes', mux.closed)).code)
      }
      return codes.every((code) => [1003, 1007, 4422].includes(code)) ? 'closed with 1007, 1003 or 4422' : alike(codes)
    },
  },
  {
    name: 'foreign, missing and doubled channels',
    expected: 'foreign 4404, missing 4404, own opened',
    async run({ editor, documentId, foreignDocumentId }) {
      const mux = await openMux(editor)
      const missing = documentId.split('').toReversed().join('')
      const foreign = await mux.open(1, foreignDocumentId)
      const absent = await mux.open(2, missing)
      const own = await mux.open(3, documentId)
      mux.socket.close()
      return `foreign ${foreign}, missing ${absent}, own ${own}`
    },
  },
  {
    name: '10,000 channels',
    expected: 'bounded',
    async run({ editor, documentId }) {
      const mux = await openMux(editor)
      for (let channel = 1; channel <= 10_000; channel++) mux.sendOpen(channel, documentId)
      const ended = mux.closed.then(() => 'bounded')
      const answered = mux
        .whenAnswered(10_000)
        .then((answers) => (answers.filter((a) => a === 'opened').length <= 256 ? 'bounded' : 'all opened'))
      const got = await within(20_000, 'an answer', Promise.race([ended, answered]))
      mux.socket.terminate()
      return got
    },
  },
  {
    name: 'credit of 2^50 and of another channel',
    expected: 'alive or closed by the rules',
    async run({ editor, documentId }) {
      const mux = await openMux(editor)
      await mux.open(1, documentId)
      for (const channel of [1, 77]) {
        mux.socket.send(
          encoding.encode((encoder) => {
            encoding.writeVarUint(encoder, channel)
            encoding.writeVarUint(encoder, MUX.credit)
            encoding.writeVarUint(encoder, 2 ** 50)
          }),
        )
      }
      const way = await Promise.race([mux.closed.then(({ code }) => String(code)), mux.open(2, documentId)])
      mux.socket.close()
      return ['opened', '1007', '4422'].includes(way) ? 'alive or closed by the rules' : way
    },
  },
]
