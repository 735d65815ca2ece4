import { describe, expect, it } from 'vitest'
import { type Fact, groupSessions } from './sessions.ts'

const MINUTE = 60_000
/** noon, far from any mark */
const START = Date.UTC(2026, 0, 5, 13, 0)
const fact = (seq: number, minutes: number, ...userIds: string[]): Fact => ({
  seq,
  at: START + minutes * MINUTE,
  userIds,
})
const told = (facts: readonly Fact[], origins: Parameters<typeof groupSessions>[1] = []) =>
  groupSessions(facts, origins).map(({ fromSeq, toSeq, kind, authorIds, commit }) =>
    [`${fromSeq}-${toSeq}`, kind, authorIds.join('+'), commit?.hash].filter(Boolean).join(' '),
  )

describe('sessions of work', () => {
  it('joins what people write without a long pause, and names each once', () => {
    const facts = [fact(2, 0, 'mina'), fact(3, 1, 'jun'), fact(4, 2, 'mina'), fact(5, 13, 'jun')]
    expect(told(facts)).toEqual(['2-4 people mina+jun', '5-5 people jun'])
  })

  it('keeps what the disk did apart from what people did, and the file as it came from both', () => {
    const facts = [fact(1, 0, 'agent:w'), fact(2, 0, 'agent:w'), fact(3, 1, 'mina'), fact(4, 1, 'mina', 'agent:w')]
    expect(told(facts)).toEqual(['1-1 opened agent:w', '2-2 disk agent:w', '3-4 people mina+agent:w'])
  })

  it('keeps commits apart, and apart from what other programs did', () => {
    const commit = (hash: string) => ({ hash, subject: hash })
    const facts = [2, 3, 4, 5].map((seq) => fact(seq, 0, 'agent:w'))
    const origins = [
      { fromSeq: 2, toSeq: 3, commit: commit('a1') },
      { fromSeq: 3, toSeq: 4, commit: commit('b2') },
    ]
    expect(told(facts, origins)).toEqual([
      '2-2 disk agent:w',
      '3-3 disk agent:w a1',
      '4-4 disk agent:w b2',
      '5-5 disk agent:w',
    ])
  })

  it('ends at a mark of the clock, so that a day of typing is not one entry', () => {
    const facts = Array.from({ length: 100 }, (_, i) => fact(i + 2, i * 5, 'mina'))
    expect(groupSessions(facts, []).length).toBe(3)
  })

  it('gives the same sessions wherever the rows are cut, but for the first', () => {
    const facts = Array.from({ length: 60 }, (_, i) => fact(i + 1, i * i * 0.3, i % 7 === 0 ? 'agent:w' : 'mina'))
    const all = told(facts)
    for (let cut = 1; cut < facts.length; cut++) {
      const rest = told(facts.slice(cut)).slice(1)
      expect(rest).toEqual(rest.length === 0 ? [] : all.slice(-rest.length))
    }
  })
})
