import { AppError } from '#shared/errors.ts'
import type { AgentResult, ServerToAgentEvents } from '#shared/protocol/agent.ts'
import type { Documents } from './documents/documents.ts'
import type { FileCalls } from './fs/file-calls.ts'
import { errorCode } from './fs/locate.ts'
import type { Trash } from './fs/trash.ts'
import type { Uploads } from './fs/uploads.ts'
import type { AgentSocket } from './server-link.ts'

const DISK_CODES: Readonly<
  Record<string, 'path_not_found' | 'path_exists' | 'unavailable' | 'path_invalid' | 'not_a_file'>
> = {
  ENOENT: 'path_not_found',
  EEXIST: 'path_exists',
  ENOTEMPTY: 'path_exists',
  ENAMETOOLONG: 'path_invalid',
  ELOOP: 'path_invalid',
  ENOTDIR: 'path_not_found',
  EISDIR: 'not_a_file',
  EACCES: 'unavailable',
  EPERM: 'unavailable',
  EROFS: 'unavailable',
  ENOSPC: 'unavailable',
}

const failure = (error: unknown): AgentResult<never> => {
  if (error instanceof AppError) return { ok: false, code: error.code, message: error.message }
  const code = DISK_CODES[errorCode(error) ?? '']
  return { ok: false, code: code ?? 'internal', message: code === undefined ? '' : String(errorCode(error)) }
}

/** Wires the server's calls to what answers them. Calls that change names run one after the other. */
export function answerCalls(options: {
  socket: AgentSocket
  files: FileCalls
  trash: Trash
  uploads: Uploads
  documents: Documents
  /** these names are about to change by the product itself */
  onOwn: (path: string) => void
  onStop: () => void
  onError: (error: unknown) => void
}): void {
  const { socket, files, trash, uploads, documents, onOwn } = options
  let names: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = names.then(task)
    names = result.catch(() => {
      // Answered to whoever asked.
    })
    return result
  }

  const answer = <T>(done: (result: AgentResult<T>) => void, task: () => Promise<T>): void => {
    // A path may be refused before the first promise is made.
    const run = async (): Promise<T> => task()
    run().then(
      (value) => done({ ok: true, value }),
      (error: unknown) => {
        const result = failure(error)
        if (!result.ok && result.code === 'internal') options.onError(error)
        done(result)
      },
    )
  }

  const on = <Name extends keyof ServerToAgentEvents>(name: Name, listener: ServerToAgentEvents[Name]): void => {
    // The library's own type cannot follow a name that is generic.
    ;(socket as { on(name: string, listener: (...args: never[]) => void): unknown }).on(name, listener)
  }

  on('files.stat', ({ path }, done) => answer(done, () => files.stat(path)))
  on('files.list', ({ path }, done) => answer(done, async () => ({ entries: await files.list(path) })))
  on('files.read', (input, done) => answer(done, () => files.read(input)))
  on('files.create', (input, done) =>
    answer(done, () =>
      inTurn(async () => {
        onOwn(input.path)
        return { entry: await files.create(input) }
      }),
    ),
  )
  on('files.rename', (input, done) =>
    answer(done, () =>
      inTurn(async () => {
        onOwn(input.from)
        onOwn(input.to)
        const moved = await files.rename(input)
        documents.moved(moved.from, moved.to)
        return { moved: [moved] }
      }),
    ),
  )
  on('files.delete', ({ path }, done) =>
    answer(done, () =>
      inTurn(async () => {
        onOwn(path)
        return { trashId: (await trash.remove(path)).trashId }
      }),
    ),
  )
  on('files.restore', ({ trashId }, done) =>
    answer(done, () =>
      inTurn(async () => {
        const restored = await trash.restore(trashId)
        onOwn(restored.path)
        return restored
      }),
    ),
  )
  on('files.upload', (chunk, done) =>
    answer(done, () => {
      if (!chunk.isLast) return uploads.write(chunk)
      return inTurn(async () => {
        onOwn(chunk.path)
        const written = await uploads.write(chunk)
        // Where both were to be kept, it is another name.
        onOwn(written.path)
        return written
      })
    }),
  )
  on('files.upload.abort', ({ uploadId }, done) => answer(done, async () => (await uploads.abort(uploadId), null)))
  on('volume.check', ({ paths }, done) => answer(done, async () => ({ missing: await files.countMissing(paths) })))
  on('documents.attach', (input, done) => answer(done, () => documents.attach(input)))
  on('documents.keep', ({ documentId }, done) => answer(done, async () => (await documents.keep(documentId), null)))
  on('documents.detach', ({ documentId }, done) => answer(done, async () => (await documents.detach(documentId), null)))
  on('files.settle', ({ documentIds, timeoutMs }, done) =>
    answer(done, async () => ({ isSettled: await documents.settle(documentIds, timeoutMs) })),
  )
  on('agent.stop', options.onStop)
}
