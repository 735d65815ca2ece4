import { UPLOAD_MAX_BYTES } from '#shared/api/files.ts'
import { ApiError, describeError, hasCode } from '../platform/api-error.ts'
import { showToast } from '../ui/toast.ts'
import { filesApi } from './files-api.ts'
import { messages } from './locale.ts'
import { type IfExists, putFile } from './put-file.ts'
import { joinPath } from './tree.ts'
import { type Answer, noUploads, type Taken, type UploadPlace, uploadStore } from './upload-state.ts'

/** Small files wait for the server most of the time; browsers open six connections, and the page needs some too. */
const LANES = 3

export interface PickedFile {
  readonly file: File
  /** relative to the folder it goes into */
  readonly path: string
}

export interface Upload extends UploadPlace {
  /** the folder everything goes into */
  readonly folder: string
  readonly files: readonly PickedFile[]
  /** those without anything in them: no file makes them */
  readonly emptyFolders?: readonly string[]
  /** what is known to have a name before a byte is sent; the server has the last word */
  readonly takenBy?: (path: string) => Taken | null
}

let abort = new AbortController()
let last: Promise<void> = Promise.resolve()
let underWay = 0

/** A page that is left ends what it is sending. */
const warn = (event: BeforeUnloadEvent): void => event.preventDefault()

const bytesOf = (files: readonly PickedFile[]): number => files.reduce((sum, { file }) => sum + file.size, 0)

interface Asked {
  readonly path: string
  readonly by: Taken
  readonly hasMore: boolean
}

const ask = (asked: Asked): Promise<{ answer: Answer; isForAll: boolean }> =>
  new Promise((resolve) => {
    const give = (answer: Answer, isForAll: boolean): void => {
      uploadStore.setState({ question: null })
      resolve({ answer, isForAll })
    }
    uploadStore.setState({ question: { ...asked, answer: give } })
  })

/**
 * Uploads a few at a time, asks about names that are taken, and tells how it ended. What is started meanwhile waits for
 * its turn: there is one question and one progress to show.
 */
export function startUploads(upload: Upload): void {
  const { files, emptyFolders = [] } = upload
  if (files.length === 0 && emptyFolders.length === 0) return
  const { signal } = abort
  underWay += 1
  window.addEventListener('beforeunload', warn)
  uploadStore.setState(({ total, totalBytes }) => ({
    total: total + files.length,
    totalBytes: totalBytes + bytesOf(files),
  }))
  const go = async (): Promise<void> => {
    if (signal.aborted) return
    try {
      await run(upload, signal)
    } catch (error) {
      // Refusals are told where they come up: this is a defect, and those who wait must not wait for ever.
      console.error('An upload broke off.', error)
      if (!signal.aborted) showToast({ kind: 'error', text: messages.t('upload.broken') })
    } finally {
      if (!signal.aborted && --underWay === 0) end()
    }
  }
  last = last.then(go, go)
}

function end(): void {
  window.removeEventListener('beforeunload', warn)
  uploadStore.setState(noUploads)
}

/** Ends everything begun until now, and says what is there nevertheless. */
export function cancelUploads(): void {
  if (underWay === 0) return
  abort.abort()
  abort = new AbortController()
  underWay = 0
  const { question, placed, total } = uploadStore.getState()
  end()
  question?.answer('skip', true)
  const { t } = messages
  showToast({
    text: placed === 0 ? t('upload.cancelled') : t('upload.cancelledSome', { count: placed, total }),
  })
}

async function run(upload: Upload, signal: AbortSignal) {
  const { workspaceId, workspaceName, files, folder, emptyFolders = [], takenBy } = upload
  uploadStore.setState({ place: { workspaceId, workspaceName } })
  const failures: { name: string; error: unknown }[] = []
  const sent = new Map<string, number>()
  const sentBytes = (): number => sent.values().reduce((sum, bytes) => sum + bytes, 0)
  let [placed, always]: [number, Answer | null] = [0, null]
  let asking: Promise<unknown> = Promise.resolve()
  const send = async (path: string, file: File, ifExists: IfExists): Promise<void> => {
    const onProgress = (bytes: number): void => {
      sent.set(path, bytes)
      if (!signal.aborted) uploadStore.setState({ current: { path, sentBytes: sentBytes() } })
    }
    onProgress(0)
    if (file.size > UPLOAD_MAX_BYTES) throw new ApiError('too_large')
    await putFile({ workspaceId, path, file, ifExists, signal, onProgress })
    placed += 1
    if (!signal.aborted) uploadStore.setState((state) => ({ placed: state.placed + 1 }))
  }
  /** What is to happen with a name that is taken; one question at a time. */
  const decide = (asked: Asked): Promise<Answer> => {
    const decided = asking.then(async (): Promise<Answer> => {
      if (signal.aborted) return 'skip'
      if (always !== null && (always !== 'replace' || asked.by === 'file')) return always
      const { answer, isForAll } = await ask(asked)
      if (isForAll) always = answer
      return answer
    })
    asking = decided
    return decided
  }
  const sendOrAsk = async (path: string, file: File, hasMore: boolean): Promise<void> => {
    const by = takenBy?.(path) ?? null
    // Nobody should send a large file first and be asked about its name then.
    let answer: Answer | null = by === null ? null : await decide({ path, by, hasMore })
    if (answer === null && always !== 'skip') answer = always
    if (answer === 'skip') return
    try {
      return await send(path, file, answer ?? 'refuse')
    } catch (error) {
      if (answer !== null || signal.aborted || !hasCode(error, 'path_exists')) throw error
    }
    answer = await decide({ path, by: 'file', hasMore })
    if (answer !== 'skip') await send(path, file, answer)
  }

  const waiting = files.entries()
  const lane = async (): Promise<void> => {
    for (const [i, { file, path: relative }] of waiting) {
      const path = joinPath(folder, relative)
      await sendOrAsk(path, file, i < files.length - 1).catch((error: unknown) => failures.push({ name: path, error }))
      if (signal.aborted) return
      sent.delete(path)
      uploadStore.setState(({ finished, finishedBytes, current }) => ({
        finished: finished + 1,
        finishedBytes: finishedBytes + file.size,
        current: current && { ...current, sentBytes: sentBytes() },
      }))
    }
  }
  // Where one breaks off, the others go on with what is left; the next upload begins only after them.
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane))
  if (signal.aborted) return
  for (const relative of emptyFolders) {
    const path = joinPath(folder, relative)
    try {
      await filesApi.create.mutate({ workspaceId, path, kind: 'folder' })
    } catch (error) {
      // One that is there already is what was asked for.
      if (!hasCode(error, 'path_exists')) failures.push({ name: path, error })
    }
    if (signal.aborted) return
  }
  tell(placed, failures)
  const broken = lanes.find(({ status }) => status === 'rejected')
  if (broken?.status === 'rejected') throw broken.reason
}

function tell(placed: number, failures: readonly { readonly name: string; readonly error: unknown }[]): void {
  const { t } = messages
  if (placed > 0) showToast({ text: t('upload.done', { count: placed }) })
  const [first] = failures
  if (first === undefined) return
  const facts = { name: first.name, reason: describeError(first.error), count: failures.length }
  // A hundred notices about one cause would hide everything else.
  showToast({ kind: 'error', text: t(failures.length === 1 ? 'upload.failed' : 'upload.failedMany', facts) })
}
