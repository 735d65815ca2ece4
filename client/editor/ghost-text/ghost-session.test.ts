import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { fitToLine } from './fit-to-line.ts'
import { createGhostSession, type Ghost } from './ghost-session.ts'
import type { Cached } from './suggestion-cache.ts'
import { viewOf } from './view.fixture.ts'

const START = 'one\nconst a = \nend\n'
const CARET = 14

function make() {
  const text = new Y.Doc().getText('text')
  text.insert(0, START)
  const asked: { caret: number; signal: AbortSignal; answer: (value: Cached | null) => void }[] = []
  const waits: { ms: number; done: () => void }[] = []
  const outcomes: string[] = []
  const session = createGhostSession({
    view: viewOf(text),
    text: () => text,
    ask: (caret, signal) => new Promise((answer) => asked.push({ caret, signal, answer })),
    onOutcome: (id, outcome) => outcomes.push(`${id} ${outcome}`),
    pace: { typed: () => {}, delayMs: () => 120 },
    clock: { now: () => 0, wait: (ms) => new Promise((done) => waits.push({ ms, done })) },
  })
  const provide = (caret = CARET, signal = new AbortController().signal) => session.provide(caret, false, signal)
  return {
    text,
    session,
    asked,
    waits,
    outcomes,
    provide,
    own(at: number, insert: string) {
      text.insert(at, insert)
      session.changed(false)
    },
    remote(at: number, insert: string) {
      text.insert(at, insert)
      session.changed(true)
    },
    /** A suggestion on the screen, asked after a key. */
    async show(suggestion: string): Promise<Ghost | null> {
      session.changed(false)
      const found = provide()
      waits.at(-1)?.done()
      await Promise.resolve()
      asked.at(-1)?.answer({ completionId: 'c1', text: suggestion })
      const ghost = await found
      session.shown('c1')
      return ghost
    },
  }
}

describe('ghost text', () => {
  it('is asked for after the pause of the person, and hangs at the caret', async () => {
    const { waits, show } = make()
    expect(await show('b + c')).toEqual({ completionId: 'c1', text: 'b + c', from: CARET, caret: CARET })
    expect(waits[0]?.ms).toBe(120)
  })

  it('is kept without another request while the person types it', async () => {
    const { show, own, provide, asked, outcomes } = make()
    await show('b + c')
    own(CARET, 'b ')
    expect(await provide(CARET + 2)).toMatchObject({ text: 'b + c', from: CARET, caret: CARET + 2 })
    expect([asked.length, outcomes]).toEqual([1, ['c1 shown']])
  })

  it('is dropped and asked for anew when the person types something else', async () => {
    const { show, own, provide, asked, waits, outcomes } = make()
    await show('b + c')
    own(CARET, 'x')
    void provide(CARET + 1)
    waits.at(-1)?.done()
    await Promise.resolve()
    expect(asked.map(({ caret }) => caret)).toEqual([CARET, CARET + 1])
    expect(outcomes).toEqual(['c1 shown', 'c1 dismissed'])
  })

  it('moves with a colleague’s edit elsewhere, without a request', async () => {
    const { show, remote, provide, asked } = make()
    await show('b + c')
    remote(0, 'zero\n')
    expect(await provide(CARET + 5)).toMatchObject({ text: 'b + c', from: CARET + 5 })
    expect(asked).toHaveLength(1)
  })

  it('goes with a colleague’s edit inside its line, and nobody is asked for another', async () => {
    const { show, remote, provide, asked, outcomes } = make()
    await show('b + c')
    remote(4, 'let ')
    expect(await provide(CARET + 4)).toBeNull()
    expect([asked.length, outcomes]).toEqual([1, ['c1 shown', 'c1 dismissed']])
  })

  it('comes from an answer under way that a colleague’s edit elsewhere has moved', async () => {
    const { session, provide, remote, waits, asked } = make()
    session.changed(false)
    const first = new AbortController()
    const before = provide(CARET, first.signal)
    waits[0]?.done()
    await Promise.resolve()
    remote(0, 'zero\n')
    first.abort()
    const after = provide(CARET + 5)
    waits.at(-1)?.done()
    await Promise.resolve()
    asked[0]?.answer({ completionId: 'c1', text: 'b' })
    expect([await before, await after, asked.length]).toMatchObject([null, { from: CARET + 5, text: 'b' }, 1])
    expect(asked[0]?.signal.aborted).toBe(false)
  })

  it('is given up when the person moves on', async () => {
    const { session, provide, own, waits, asked } = make()
    session.changed(false)
    void provide()
    waits[0]?.done()
    await Promise.resolve()
    own(CARET, 'x')
    void provide(CARET + 1)
    expect(asked[0]?.signal.aborted).toBe(true)
  })

  it('is given up when nobody waits any more', async () => {
    const { session, provide, waits, asked } = make()
    session.changed(false)
    const leaving = new AbortController()
    void provide(CARET, leaving.signal)
    waits[0]?.done()
    await Promise.resolve()
    leaving.abort()
    waits[1]?.done()
    await Promise.resolve()
    expect(asked[0]?.signal.aborted).toBe(true)
  })

  it('comes back from memory where the text is the same again, unless the person did not want it', async () => {
    const { show, own, session, text, provide, asked } = make()
    await show('b + c')
    own(CARET, 'x')
    text.delete(CARET, 1)
    session.changed(false)
    expect(await provide()).toMatchObject({ text: 'b + c' })
    session.rejected('c1')
    session.changed(false)
    expect([await provide(), asked.length]).toEqual([null, 1])
  })

  it('is counted once as accepted, whether the editor tells before or after it has written it', async () => {
    const first = make()
    await first.show('b + c')
    first.session.accepted('c1')
    first.own(CARET, 'b + c')
    expect(first.outcomes).toEqual(['c1 shown', 'c1 accepted'])
    const second = make()
    await second.show('b + c')
    second.own(CARET, 'b + c')
    void second.provide(CARET + 5)
    second.session.accepted('c1')
    expect(second.outcomes).toEqual(['c1 shown', 'c1 accepted'])
  })

  it('ends with its editor, and so does its request', async () => {
    const { session, provide, waits, asked } = make()
    session.changed(false)
    void provide()
    waits[0]?.done()
    await Promise.resolve()
    session.dispose()
    expect([asked[0]?.signal.aborted, await provide()]).toEqual([true, null])
  })
})

describe('a suggestion before other text', () => {
  it.each([
    ['b)', ')', 'b'],
    ['b\nc', ';', 'b'],
    ['b', '', 'b'],
    ['b\n}\n', '', 'b\n}'],
    [' \n ', '', ''],
    ['call(a);', ');', 'call(a'],
  ])('%j before %j is %j', (text, after, wanted) => expect(fitToLine(text, after)).toBe(wanted))
})
