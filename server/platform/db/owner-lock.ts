import { rmSync } from 'node:fs'
import net from 'node:net'
import { once } from 'node:events'
import { errorCode } from './error-code.ts'

export interface OwnerLock {
  release(): Promise<void>
}

/**
 * Claims a data folder for this process by listening on a socket in it. The system closes the socket with the
 * process however it ends, so unlike a pid file the claim is never stale and never points at a stranger.
 */
export async function claimOwnership(socketPath: string): Promise<OwnerLock> {
  for (;;) {
    const server = net.createServer((socket) => socket.destroy())
    server.listen(socketPath)
    try {
      await once(server, 'listening')
      server.unref()
      return { release: () => new Promise((resolve) => server.close(() => resolve())) }
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE') throw error
      if (await answers(socketPath)) {
        throw new Error(`Another server is using the database in this data folder (${socketPath}). Stop it first.`, {
          cause: error,
        })
      }
      // Nobody answers: left by a process that was killed.
      rmSync(socketPath, { force: true })
    }
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
