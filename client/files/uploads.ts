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

/** Uploads one after the other, asks about names that are taken, and tells how it ended. */
export function startUploads(workspaceId: string, files: readonly PickedFile[], folder: string): void {
  if (files.length > 0) void run(workspaceId, files, folder)
}

export function cancelUploads(): void {
  abort.abort()
  uploadStore.getState().question?.answer('skip', true)
}

async function run(workspaceId: string, files: readonly PickedFile[], folder: string): Promise<void> {
  const { t } = messages
  const own = new AbortController()
  abort = own
  let [done, always]: [number, Answer | null] = [0, null]
  const send = async (path: string, file: File, ifExists: IfExists): Promise<void> => {
    uploadStore.setState({ current: { path, sent: 0, total: file.size } })
    const url = `${fileUrl(workspaceId, path)}?ifExists=${ifExists}`
    await put(url, file, own.signal, (sent) => uploadStore.setState({ current: { path, sent, total: file.size } }))
    done += 1
  }
  for (const [i, { file, path: relative }] of files.entries()) {
    if (own.signal.aborted) break
    const path = joinPath(folder, relative)
    uploadStore.setState({ waiting: files.length - i })
    try {
      if (always === 'skip') await send(path, file, 'refuse')
      else await send(path, file, always ?? 'refuse')
    } catch (error) {
      if (own.signal.aborted) break
      if (!hasCode(error, 'path_exists')) {
        showToast({ kind: 'error', text: t('upload.failed', { name: path, reason: describeError(error) }) })
        continue
      }
      if (always === 'skip') continue
      const { answer, isForAll } = await ask(path, i < files.length - 1)
      if (isForAll) always = answer
      if (answer === 'skip') continue
      await send(path, file, answer).catch((again: unknown) => {
        if (!own.signal.aborted)
          showToast({ kind: 'error', text: t('upload.failed', { name: path, reason: describeError(again) }) })
      })
    }
  }
  uploadStore.setState({ waiting: 0, current: null, question: null })
  if (own.signal.aborted) showToast({ text: t('upload.cancelled') })
  else if (done > 0) showToast({ text: t('upload.done', { count: done }) })
}
