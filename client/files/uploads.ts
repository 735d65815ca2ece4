import { createStore } from 'zustand/vanilla'
import type { ErrorCode } from '#shared/errors.ts'
import { ApiError, describeError, hasCode } from '../platform/api-error.ts'
import { showToast } from '../ui/toast.ts'
import { codeOfRefusal, fileUrl } from './files-api.ts'
import { messages } from './locale.ts'
import { joinPath } from './tree.ts'

export type IfExists = 'replace' | 'refuse' | 'keep-both'
export type Answer = Exclude<IfExists, 'refuse'> | 'skip'

export interface PickedFile {
  readonly file: File
  /** relative to the folder it goes into */
  readonly path: string
}

export interface UploadState {
  readonly waiting: number
  readonly current: { readonly path: string; readonly sent: number; readonly total: number } | null
  /** a name that is taken, and the function that takes the person's answer */
  readonly question: {
    readonly path: string
    readonly hasMore: boolean
    readonly answer: (answer: Answer, isForAll: boolean) => void
  } | null
}

export const uploadStore = createStore<UploadState>(() => ({ waiting: 0, current: null, question: null }))

let abort = new AbortController()
let last: Promise<void> = Promise.resolve()

function put(url: string, file: File, signal: AbortSignal, onProgress: (sent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const cancel = (): void => request.abort()
    // A proxy's own page says nothing; the status says enough.
    const code = (): ErrorCode =>
      codeOfRefusal(request.responseText) ??
      (request.status === 409 ? 'path_exists' : request.status === 413 ? 'too_large' : 'unavailable')
    signal.addEventListener('abort', cancel, { once: true })
    request.open('PUT', url)
    request.upload.onprogress = (event) => onProgress(event.loaded)
    request.onload = () => (request.status < 300 ? resolve() : reject(new ApiError(code())))
    request.onerror = () => reject(new ApiError('unavailable'))
    request.onabort = () => reject(new ApiError('cancelled'))
    request.onloadend = () => signal.removeEventListener('abort', cancel)
    request.send(file)
  })
}

const ask = (path: string, hasMore: boolean): Promise<{ answer: Answer; isForAll: boolean }> =>
  new Promise((resolve) => {
    const give = (answer: Answer, isForAll: boolean): void => {
      uploadStore.setState({ question: null })
      resolve({ answer, isForAll })
    }
    uploadStore.setState({ question: { path, hasMore, answer: give } })
  })

/**
 * Uploads one after the other, asks about names that are taken, and tells how it ended. What is started meanwhile
 * waits for its turn: there is one question and one progress to show.
 */
export function startUploads(workspaceId: string, files: readonly PickedFile[], folder: string): void {
  if (files.length === 0) return
  const { signal } = abort
  uploadStore.setState(({ waiting }) => ({ waiting: waiting + files.length }))
  last = last.then(() => run({ workspaceId, files, folder, signal }))
}

/** Ends everything begun until now. */
export function cancelUploads(): void {
  if (uploadStore.getState().waiting === 0) return
  abort.abort()
  abort = new AbortController()
  const { question } = uploadStore.getState()
  uploadStore.setState({ waiting: 0, current: null })
  question?.answer('skip', true)
  showToast({ text: messages.t('upload.cancelled') })
}

interface Batch {
  readonly workspaceId: string
  readonly files: readonly PickedFile[]
  readonly folder: string
  readonly signal: AbortSignal
}

async function run({ workspaceId, files, folder, signal }: Batch): Promise<void> {
  const { t } = messages
  let [done, always]: [number, Answer | null] = [0, null]
  const send = async (path: string, file: File, ifExists: IfExists): Promise<void> => {
    const tell = (sent: number): void => {
      if (!signal.aborted) uploadStore.setState({ current: { path, sent, total: file.size } })
    }
    tell(0)
    await put(`${fileUrl(workspaceId, path)}?ifExists=${ifExists}`, file, signal, tell)
    done += 1
  }
  const tellFailure = (path: string, error: unknown): void => {
    if (!signal.aborted)
      showToast({ kind: 'error', text: t('upload.failed', { name: path, reason: describeError(error) }) })
  }
  /** What is to happen with a name that is taken. */
  const decide = async (path: string, hasMore: boolean): Promise<Answer> => {
    if (always === 'skip') return always
    const { answer, isForAll } = await ask(path, hasMore)
    if (isForAll) always = answer
    return answer
  }
  for (const [i, { file, path: relative }] of files.entries()) {
    if (signal.aborted) return
    const path = joinPath(folder, relative)
    try {
      await send(path, file, always === null || always === 'skip' ? 'refuse' : always)
    } catch (error) {
      if (signal.aborted) return
      if (!hasCode(error, 'path_exists')) tellFailure(path, error)
      else {
        const answer = await decide(path, i < files.length - 1)
        if (answer !== 'skip') await send(path, file, answer).catch((again: unknown) => tellFailure(path, again))
      }
    }
    if (signal.aborted) return
    uploadStore.setState(({ waiting }) => ({ waiting: waiting - 1 }))
  }
  if (uploadStore.getState().waiting === 0) uploadStore.setState({ current: null })
  if (done > 0) showToast({ text: t('upload.done', { count: done }) })
}
