import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { UPLOAD_MAX_BYTES } from '#shared/api/files.ts'

/** What JSON routes take is 256 KiB at most. */
const SHORT_BODY_MS = 30_000
/** An upload goes on for as long as this much comes in each window; what is slower only holds the connection. */
const UPLOAD_WINDOW_MS = 60_000
const UPLOAD_WINDOW_MIN_BYTES = 16 << 10
const LOOK_EVERY_MS = 1_000

interface Pending {
  readonly res: ServerResponse
  /** Node takes it from a request whose reader gives up in the middle. */
  readonly socket: Socket
  readonly startedAt: number
  /** null: a short body, which has one deadline for the whole */
  window: { since: number; bytesRead: number } | null
}

export interface BodyWatch {
  /** Cuts this request where its body does not come. */
  begin(req: IncomingMessage, res: ServerResponse): void
  /** From now on the body may take as long as it likes, while bytes come. */
  allowUpload(req: IncomingMessage): void
  /**
   * Reads the rest of a refused upload to nowhere: a browser listens only when it has sent, and would tell of a broken
   * connection instead of the reason. False where the body is not to be waited for, and the connection must end.
   */
  discard(req: IncomingMessage): boolean
  /** looks at all that is pending; otherwise once a second */
  look(): void
  close(): void
}

/** Nobody may hold a request for ever by sending its body drop by drop: one look a second at all unfinished ones. */
export function createBodyWatch(now: () => number = Date.now): BodyWatch {
  const pending = new Map<IncomingMessage, Pending>()

  const isTooSlow = (one: Pending): boolean => {
    if (one.window === null) return now() - one.startedAt > SHORT_BODY_MS
    if (now() - one.window.since <= UPLOAD_WINDOW_MS) return false
    const { bytesRead } = one.socket
    if (bytesRead - one.window.bytesRead < UPLOAD_WINDOW_MIN_BYTES) return true
    one.window = { since: now(), bytesRead }
    return false
  }

  const look = (): void => {
    for (const [req, one] of pending) {
      if (req.complete || one.socket.destroyed) pending.delete(req)
      else if (isTooSlow(one)) {
        pending.delete(req)
        cut(one)
      }
    }
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()

  return {
    begin: (req, res) => void pending.set(req, { res, socket: req.socket, startedAt: now(), window: null }),
    allowUpload(req) {
      const one = pending.get(req)
      if (one !== undefined) one.window = { since: now(), bytesRead: one.socket.bytesRead }
    },
    discard(req) {
      const isUpload = pending.get(req)?.window != null
      if (!isUpload || req.destroyed || !(Number(req.headers['content-length']) <= UPLOAD_MAX_BYTES)) return false
      req.resume()
      return true
    },
    look,
    close: () => clearInterval(timer),
  }
}

const cut = ({ res, socket }: Pending): void => {
  if (res.headersSent) return void socket.destroy()
  res.writeHead(408, { connection: 'close', 'content-length': 0 })
  res.end(() => socket.destroy())
}
