import type { IncomingMessage, ServerResponse } from 'node:http'

/** What JSON routes take is 256 KiB at most. */
const SHORT_BODY_MS = 30_000
/** An upload goes on for as long as this much comes in each window; what is slower only holds the connection. */
const UPLOAD_WINDOW_MS = 60_000
const UPLOAD_WINDOW_MIN_BYTES = 16 << 10
const LOOK_EVERY_MS = 1_000

interface Pending {
  readonly res: ServerResponse
  readonly startedAt: number
  /** null: a short body, which has one deadline for the whole */
  window: { since: number; bytesRead: number } | null
}

export interface BodyWatch {
  /** Cuts this request where its body does not come. */
  begin(req: IncomingMessage, res: ServerResponse): void
  /** From now on the body may take as long as it likes, while bytes come. */
  allowUpload(req: IncomingMessage): void
  /** looks at all that is pending; otherwise once a second */
  look(): void
  close(): void
}

/** Nobody may hold a request for ever by sending its body drop by drop: one look a second at all unfinished ones. */
export function createBodyWatch(now: () => number = Date.now): BodyWatch {
  const pending = new Map<IncomingMessage, Pending>()

  const isTooSlow = (req: IncomingMessage, one: Pending): boolean => {
    if (one.window === null) return now() - one.startedAt > SHORT_BODY_MS
    if (now() - one.window.since <= UPLOAD_WINDOW_MS) return false
    const { bytesRead } = req.socket
    if (bytesRead - one.window.bytesRead < UPLOAD_WINDOW_MIN_BYTES) return true
    one.window = { since: now(), bytesRead }
    return false
  }

  const look = (): void => {
    for (const [req, one] of pending) {
      if (req.complete || req.socket.destroyed) pending.delete(req)
      else if (isTooSlow(req, one)) {
        pending.delete(req)
        cut(req, one.res)
      }
    }
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()

  return {
    begin: (req, res) => void pending.set(req, { res, startedAt: now(), window: null }),
    allowUpload(req) {
      const one = pending.get(req)
      if (one !== undefined) one.window = { since: now(), bytesRead: req.socket.bytesRead }
    },
    look,
    close: () => clearInterval(timer),
  }
}

const cut = (req: IncomingMessage, res: ServerResponse): void => {
  if (res.headersSent) return void req.socket.destroy()
  res.writeHead(408, { connection: 'close', 'content-length': 0 })
  res.end(() => req.socket.destroy())
}
