import { expect, it } from 'vitest'
import { jun, makeHunk, makeSuggestion } from './suggestion.fixture.ts'
import { newlyDecided } from './use-decided-threads.ts'

const withStatus = (status: 'open' | 'accepted' | 'rejected' | 'undone') =>
  makeSuggestion({ source: 'ai', hunks: [{ ...makeHunk(), status, decidedBy: jun }, makeHunk({ position: 1 })] })

it('is AI’s text where it was let in, and the person’s who took it back', () => {
  const [accepted, open, undone] = [withStatus('accepted'), withStatus('open'), withStatus('undone')]
  expect(newlyDecided(accepted, open).map(({ hunk, author }) => [hunk.position, author])).toEqual([
    [0, { person: 5, isAgent: true }],
  ])
  expect(newlyDecided({ ...accepted, source: 'person', requester: jun }, open)[0]?.author).toEqual({
    person: jun.color,
    isAgent: false,
  })
  expect(newlyDecided(undone, accepted)[0]?.author).toEqual({ person: jun.color, isAgent: false })
})

it('is nothing where that was known, nothing was written, or it was decided before this page came', () => {
  const accepted = withStatus('accepted')
  expect(newlyDecided(accepted, accepted)).toEqual([])
  expect(newlyDecided(withStatus('rejected'), withStatus('open'))).toEqual([])
  expect(newlyDecided(accepted, null)).toEqual([])
})
