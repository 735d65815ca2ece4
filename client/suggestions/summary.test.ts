import { beforeAll, describe, expect, it } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { jun, makeHunk, makeSuggestion, mina } from './suggestion.fixture.ts'
import { sayNews, summarise } from './summary.ts'

beforeAll(() => setLocale('en'))

const two = [makeHunk(), makeHunk({ position: 1 })]
const accepted = (by = jun) => ({ status: 'accepted' as const, decidedBy: by })

describe('what others did', () => {
  it('is said of a new suggestion, but not to who asked for it', () => {
    const made = makeSuggestion({ hunks: two })
    expect(sayNews(null, made, 'jun')).toEqual(['AI, asked by Mina suggests 2 changes in count.ts.'])
    expect(sayNews(null, made, 'mina')).toEqual([])
  })

  it('is said once a person and kind, and never of oneself', () => {
    const before = makeSuggestion({ hunks: two })
    const now = makeSuggestion({ hunks: two.map((hunk) => ({ ...hunk, ...accepted() })) })
    expect(sayNews(before, now, 'mina')).toEqual(['Jun accepted 2 suggested changes in count.ts.'])
    expect(sayNews(before, now, 'jun')).toEqual([])
    expect(sayNews(now, now, 'mina')).toEqual([])
    const mixed = makeSuggestion({
      hunks: [makeHunk(accepted()), makeHunk({ position: 1, status: 'rejected', decidedBy: mina })],
    })
    expect(sayNews(before, mixed, 'noa')).toEqual([
      'Jun accepted 1 suggested change in count.ts.',
      'Mina rejected 1 suggested change in count.ts.',
    ])
  })

  it('counts hunks by what became of them', () => {
    const now = makeSuggestion({ hunks: [makeHunk(accepted()), makeHunk({ position: 1 })] })
    expect(summarise(now).counts).toEqual({ open: 1, accepted: 1, rejected: 0, undone: 0 })
    expect(summarise(now)).not.toHaveProperty('hunks')
  })
})
