import type { Passage } from './editor-port.ts'

/** What was typed in a box; another tab in front meanwhile must not cost it. */
interface Draft {
  readonly text: string
  readonly title: string
}

const drafts = new WeakMap<Passage, Draft>()

export const readDraft = (passage: Passage, unwritten: string): Draft =>
  drafts.get(passage) ?? { text: unwritten, title: '' }

export const keepDraft = (passage: Passage, draft: Draft): void => void drafts.set(passage, draft)
