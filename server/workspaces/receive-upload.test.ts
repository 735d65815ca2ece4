import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { receiveUpload } from './receive-upload.ts'
import { codeOf } from './testing.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pairloom-upload-'))
  file = path.join(folder, 'upload')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const options = (given: {
  totalBytes?: number
  stallMs?: number
  signal?: AbortSignal
  onProgress?: (n: number) => void
}) => ({
  totalBytes: null,
  limitBytes: 1000,
  signal: new AbortController().signal,
  onProgress: () => {},
  ...given,
})

const silent = () => new Readable({ read() {} })

describe('receiving an upload', () => {
  it('writes what comes, in order, and tells how much it was', async () => {
    const told: number[] = []
    const body = Readable.from([Buffer.from('one '), Buffer.from('two '), Buffer.from('three')])

    await receiveUpload(body, file, options({ totalBytes: 13, onProgress: (n) => told.push(n) }))

    expect(await readFile(file, 'utf8')).toBe('one two three')
    expect(told).toEqual([4, 8, 13])
  })

  it('takes exactly the limit and not a byte more', async () => {
    await receiveUpload(Readable.from([Buffer.alloc(1000)]), file, options({}))
    await rm(file)

    expect(await codeOf(receiveUpload(Readable.from([Buffer.alloc(1001)]), file, options({})))).toBe('too_large')
  })

  it('gives up a sender that falls silent', async () => {
    const body = silent()
    body.push(Buffer.from('begun'))

    expect(await codeOf(receiveUpload(body, file, options({ stallMs: 20 })))).toBe('timeout')
  })

  it('ends at once when cancelled while the sender is silent', async () => {
    const abort = new AbortController()
    const body = silent()
    const received = codeOf(
      receiveUpload(body, file, options({ signal: abort.signal, onProgress: () => abort.abort() })),
    )

    body.push(Buffer.from('begun'))

    expect(await received).toBe('cancelled')
  })

  it('is no upload when less comes than was announced', async () => {
    expect(await codeOf(receiveUpload(Readable.from([Buffer.from('half')]), file, options({ totalBytes: 8 })))).toBe(
      'cancelled',
    )
  })
})
