import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { AppError } from '#shared/errors.ts'
import { explainFullDisk } from './disk-error.ts'

export type UploadBody = Readable

interface UploadOptions {
  /** what the sender announced, or null */
  readonly totalBytes: number | null
  readonly limitBytes: number
  /** a sender that is silent for this long is given up */
  readonly stallMs?: number
  readonly signal: AbortSignal
  readonly onProgress: (receivedBytes: number) => void
}

const STALL_MS = 60_000

/**
 * Writes a body to a file. Too much of it is `too_large`, a silent sender is a `timeout`, and one who went away, or
 * sent less than announced, `cancelled`. What is too large is left unread, so that the answer reaches the sender.
 */
export async function receiveUpload(body: UploadBody, file: string, options: UploadOptions): Promise<void> {
  const { totalBytes, limitBytes, stallMs = STALL_MS, signal, onProgress } = options
  const tooLarge = () => new AppError('too_large', undefined, { details: { limitBytes } })
  if (totalBytes !== null && totalBytes > limitBytes) throw tooLarge()
  signal.throwIfAborted()
  // A silent sender must hold up neither a cancellation nor, for ever, one of the person's imports.
  const onAbort = () => body.destroy(new AppError('cancelled'))
  signal.addEventListener('abort', onAbort, { once: true })
  const stall = setTimeout(() => body.destroy(new AppError('timeout')), stallMs)
  const target = await open(file, 'wx', 0o600)
  let receivedBytes = 0
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      stall.refresh()
      receivedBytes += chunk.length
      if (receivedBytes > limitBytes) throw tooLarge()
      await target.appendFile(chunk)
      onProgress(receivedBytes)
    }
  } catch (error) {
    if (error instanceof AppError || !body.destroyed) throw explainFullDisk(error)
    throw new AppError('cancelled', undefined, { cause: error })
  } finally {
    clearTimeout(stall)
    signal.removeEventListener('abort', onAbort)
    await target.close()
  }
  if (totalBytes !== null && receivedBytes < totalBytes) throw new AppError('cancelled')
}
