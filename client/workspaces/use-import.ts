import { useCallback, useEffect, useRef, useState } from 'react'
import { ERRORS, type ErrorCode } from '#shared/errors.ts'
import type { ImportStatus } from '#shared/protocol/events.ts'
import { api } from '../platform/api.ts'
import { failureOf } from '../platform/api-error.ts'
import { uploadArchive } from './upload-archive.ts'

const POLL_MS = 400

export type ImportState =
  | { readonly status: 'idle' }
  | { readonly status: 'uploading'; readonly sentBytes: number; readonly totalBytes: number }
  | { readonly status: 'working'; readonly progress: ImportStatus }
  | {
      readonly status: 'done'
      readonly workspaceId: string
      readonly files: number
      readonly renamed: readonly string[]
    }
  | { readonly status: 'failed'; readonly code: ErrorCode | 'network' }
  | { readonly status: 'cancelled' }

const codeOf = (code: string): ErrorCode => (Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'internal')

/** What a person sees of the server's status. */
export function stateOf(progress: ImportStatus): ImportState {
  switch (progress.status) {
    case 'done':
      return { status: 'done', workspaceId: progress.workspaceId, files: progress.files, renamed: progress.renamed }
    case 'failed':
      return { status: 'failed', code: codeOf(progress.code) }
    case 'cancelled':
      return { status: 'cancelled' }
    case 'receiving':
    case 'unpacking':
    case 'cloning':
      return { status: 'working', progress }
  }
}

const isOver = (state: ImportState) => ['done', 'failed', 'cancelled'].includes(state.status)

/** Follows one import from the first byte to its end, and cancels it. */
export function useImport() {
  const [state, setState] = useState<ImportState>({ status: 'idle' })
  const running = useRef<{ importId: string; abort: AbortController } | null>(null)

  const start = useCallback(async (importId: string, file: Blob | null) => {
    const abort = new AbortController()
    running.current = { importId, abort }
    setState(
      file === null
        ? { status: 'working', progress: { status: 'cloning', percent: null, stage: '' } }
        : { status: 'uploading', sentBytes: 0, totalBytes: file.size },
    )
    // The answer to the upload comes when the import has ended; its stages are told beside it.
    const upload =
      file === null
        ? null
        : uploadArchive({
            importId,
            file,
            signal: abort.signal,
            onProgress: (sentBytes) =>
              setState((s) =>
                s.status === 'uploading' ? { status: 'uploading', sentBytes, totalBytes: file.size } : s,
              ),
          }).catch((error: unknown) => {
            if (!abort.signal.aborted) setState({ status: 'failed', code: failureOf(error).code })
            abort.abort()
          })
    await follow(importId, abort.signal, (next) =>
      setState((s) => {
        const isStillSending =
          s.status === 'uploading' && next.status === 'working' && next.progress.status === 'receiving'
        return isStillSending ? s : next
      }),
    )
    await upload
    running.current = null
  }, [])

  const cancel = useCallback(async () => {
    const current = running.current
    if (current === null) return
    await api.workspaces.cancelImport.mutate({ importId: current.importId })
    current.abort.abort()
    setState({ status: 'cancelled' })
  }, [])

  // Left in the middle: nothing half-made stays behind.
  useEffect(() => () => void cancel().catch(() => null), [cancel])

  return { state, start, cancel, reset: useCallback(() => setState({ status: 'idle' }), []) }
}

async function follow(importId: string, signal: AbortSignal, onState: (state: ImportState) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      const state = stateOf(await api.workspaces.importStatus.query({ importId }))
      if (signal.aborted) return
      onState(state)
      if (isOver(state)) return
    } catch (error) {
      const { code } = failureOf(error)
      // A moment without a network does not end an import.
      if (code !== 'network' && code !== 'unavailable' && code !== 'rate_limited') {
        onState({ status: 'failed', code })
        return
      }
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
