import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on a free loopback port, tells it, and collects garbage when the bench asks before reading memory. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`))
  answerGc()
  process.once('SIGTERM', () => process.exit(0))
}

/** Buffers that a collection frees are swept beside the main thread: they are the system's again a moment later. */
const SWEPT_AFTER_MS = 200

export function answerGc(): void {
  // The bench was ended: nobody measures us any more.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.on('message', () => {
    globalThis.gc?.()
    setTimeout(() => process.send?.('done'), SWEPT_AFTER_MS)
  })
}
