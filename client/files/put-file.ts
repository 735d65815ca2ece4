import type { ErrorCode } from '#shared/errors.ts'
import { ApiError } from '../platform/api-error.ts'
import { codeOfRefusal, fileUrl } from './files-api.ts'

export type IfExists = 'replace' | 'refuse' | 'keep-both'

interface Put {
  readonly workspaceId: string
  readonly path: string
  readonly file: File
  readonly ifExists: IfExists
  readonly signal: AbortSignal
  readonly onProgress: (sentBytes: number) => void
}

/** Sends one file. XMLHttpRequest, since fetch does not tell how much was sent. */
export function putFile({ workspaceId, path, file, ifExists, signal, onProgress }: Put): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const cancel = (): void => request.abort()
    // A proxy's own page says nothing; the status says enough.
    const code = (): ErrorCode =>
      codeOfRefusal(request.responseText) ??
      (request.status === 409 ? 'path_exists' : request.status === 413 ? 'too_large' : 'unavailable')
    signal.addEventListener('abort', cancel, { once: true })
    request.open('PUT', `${fileUrl(workspaceId, path)}?ifExists=${ifExists}`)
    request.upload.onprogress = (event) => onProgress(event.loaded)
    request.onload = () => (request.status < 300 ? resolve() : reject(new ApiError(code())))
    request.onerror = () => reject(new ApiError('unavailable'))
    request.onabort = () => reject(new ApiError('cancelled'))
    request.onloadend = () => signal.removeEventListener('abort', cancel)
    request.send(file)
  })
}
