import type { ReactNode } from 'react'

/** One of the two texts that are compared. */
export interface DiffSide {
  /** What it is: "Now", "Monday, 14:02". */
  readonly label: string
  /** Who or where from, shown quieter. */
  readonly detail?: string
  /** LF only. */
  readonly text: string
}

/** Lines from 1, `to` not among them; empty where `from` is `to`: then it names the place between two lines. */
export interface LineRange {
  readonly from: number
  readonly to: number
}

/** What stands in one place of the original stands in another of the modified text. */
export interface DiffChange {
  readonly original: LineRange
  readonly modified: LineRange
}

export interface DiffAuthor {
  readonly name: string
  /** the number the server gave them */
  readonly color: number
  /** What is no person is dashed: AI, the disk. */
  readonly isMachine?: boolean
}

/** Something of the caller's own below a line of the modified text: buttons of a hunk, a remark. */
export interface DiffNote {
  readonly key: string
  /** 0 is above the first line */
  readonly line: number
  readonly content: ReactNode
  /** px; it is not measured */
  readonly height: number
}
