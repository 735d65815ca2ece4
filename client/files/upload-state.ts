import { createStore } from 'zustand/vanilla'
import type { IfExists } from './put-file.ts'

// Apart from what uploads: every page of the app watches this, and loads the rest once there is something to show.

export type Answer = Exclude<IfExists, 'refuse'> | 'skip'

/** What has the name that a file was to get. A file is never put in the place of anything else. */
export type Taken = 'file' | 'folder'

/** Where files go: people may have left there meanwhile. */
export interface UploadPlace {
  readonly workspaceId: string
  /** empty where it was not known yet */
  readonly workspaceName: string
}

/** Everything since nothing was under way, so that progress only ever rises. */
export interface UploadState {
  readonly total: number
  readonly totalBytes: number
  /** sent, skipped or refused: no longer waited for */
  readonly finished: number
  readonly finishedBytes: number
  /** really there */
  readonly placed: number
  /** of those on their way now */
  readonly place: UploadPlace | null
  /** the newest of those on their way, and how much of them all is sent */
  readonly current: { readonly path: string; readonly sentBytes: number } | null
  /** a name that is taken, and the function that takes the person's answer */
  readonly question: {
    readonly path: string
    readonly by: Taken
    readonly hasMore: boolean
    readonly answer: (answer: Answer, isForAll: boolean) => void
  } | null
}

export const noUploads: UploadState = {
  total: 0,
  totalBytes: 0,
  finished: 0,
  finishedBytes: 0,
  placed: 0,
  place: null,
  current: null,
  question: null,
}
export const uploadStore = createStore<UploadState>(() => noUploads)
