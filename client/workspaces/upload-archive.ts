import type { ErrorCode } from '#shared/errors.ts'
import { ERRORS } from '#shared/errors.ts'
import { ApiError } from '../platform/api-error.ts'

interface UploadOptions {
  readonly importId: string
  readonly file: Blob
  readonly signal: AbortSignal
  readonly onProgress: (sentBytes: number) => void
}

/** Sends an archive as it is. XMLHttpRequest, since fetch does not tell how much was sent. */
export function uploadArchive({ importId, file, signal, onProgress }: UploadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', `/api/imports/${importId}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded))
    request.addEventListener('load', () => {
      if (request.status < 400) resolve()
      else reject(new ApiError(codeOfAnswer(request.responseText)))
    })
    request.addEventListener('error', () => reject(new ApiError('unavailable')))
    request.addEventListener('abort', () => reject(new ApiError('cancelled')))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

/** The code in `{"error":{"code":…}}`; anything else is a fault nobody foresaw. */
export function codeOfAnswer(body: string): ErrorCode {
  try {
    const answer: unknown = JSON.parse(body)
    if (typeof answer !== 'object' || answer === null || !('error' in answer)) return 'internal'
    const { error } = answer
    if (typeof error !== 'object' || error === null || !('code' in error)) return 'internal'
    const { code } = error
    return typeof code === 'string' && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'internal'
  } catch {
    // A proxy's own error page is no JSON.
    return 'internal'
  }
}
