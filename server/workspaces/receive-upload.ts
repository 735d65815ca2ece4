import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { AppError } from '#shared/errors.ts'
import { explainFullDisk } from './disk-error.ts'

export type UploadBody = Readable

interface UploadOptions {
  /** what the sender announced, or null */
  readonly totalBytes: number | null
  readonly limitBytes: number
  readonly signal: AbortSignal
  readonly onProgress: (receivedBytes: number) => void
}

/**
 * Writes a body to a file. Too much of it is `too_large`, and the sender who went away or less than announced is
 * `cancelled`; the body is left unread then, so that the answer still reaches the sender.
 */
export async function receiveUpload(body: UploadBody, file: string, options: UploadOptions): Promise<void> {
  const { totalBytes, limitBytes, signal, onProgress } = options
  if (totalBytes !== null && totalBytes > limitBytes)
    throw new AppError('too_large', undefined, { details: { limitBytes } })
  signal.throwIfAborted()
  // A silent sender must not hold up a cancellation.
  const onAbort = () => body.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  const target = await open(file, 'wx', 0o600)
  let receivedBytes = 0
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      receivedBytes += chunk.length
      if (receivedBytes > limitBytes) throw new AppError('too_large', undefined, { details: { limitBytes } })
      await target.appendFile(chunk)
      onProgress(receivedBytes)
    }
  } catch (error) {
    if (error instanceof AppError || !body.destroyed) throw explainFullDisk(error)
    throw new AppError('cancelled', undefined, { cause: error })
  } finally {
    signal.removeEventListener('abort', onAbort)
    await target.close()
  }
  if (totalBytes !== null && receivedBytes < totalBytes) throw new AppError('cancelled')
}
