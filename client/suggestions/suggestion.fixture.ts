import type { HunkInfo, SuggestionInfo } from '#shared/api/suggestions.ts'

export const mina = { id: 'mina', name: 'Mina', color: 1 }
export const jun = { id: 'jun', name: 'Jun', color: 2 }

export const makeHunk = (facts: Partial<HunkInfo> = {}): HunkInfo => ({
  position: 0,
  status: 'open',
  isConflict: false,
  start: '',
  end: '',
  baseText: 'two',
  newText: '2',
  fromLine: 2,
  before: 'one\n',
  after: 'three\n',
  decidedBy: null,
  decidedAt: null,
  ...facts,
})

export const makeSuggestion = (facts: Partial<SuggestionInfo> = {}): SuggestionInfo => ({
  id: 'suggestion',
  documentId: 'document',
  path: 'src/count.ts',
  title: '',
  source: 'ai',
  requester: mina,
  model: 'team-model',
  messageId: null,
  createdAt: '2026-01-01T10:00:00.000Z',
  hunks: [makeHunk()],
  ...facts,
})
