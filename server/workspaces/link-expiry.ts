import type { PrismaClient } from '#prisma/generated/client.ts'
import type { ShareLinkId, WorkspaceId } from '#shared/ids.ts'
import type { ControlBus } from '#server/platform/control.ts'
import type { Logger } from '#server/platform/log.ts'

/** A link is made for an hour at least, so that only one whose end was changed in the database is seen this late. */
const LONGEST_WAIT_MS = 10_000

interface LinkExpiryDeps {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly log: Logger
  readonly now: () => number
  /** Calls back after so many milliseconds, unless the function it returned is called before. */
  readonly after?: (ms: number, callback: () => void) => () => void
}

/** Ends everyone's visit at the moment their share link runs out, in the way in which its revocation does. */
export function createLinkExpiry({ prisma, control, log, now, after = unreferenced }: LinkExpiryDeps) {
  let toldUntil = new Date(now())
  let cancel = (): void => {}
  let isClosed = false

  /** Tells of what ran out since the last time; resolves to the milliseconds until the next does. */
  const tell = async (): Promise<number> => {
    const until = new Date(now())
    const ended = await prisma.shareLink.findMany({
      where: { revokedAt: null, expiresAt: { gt: toldUntil, lte: until } },
      select: { id: true, workspaceId: true },
    })
    const next = await prisma.shareLink.findFirst({
      where: { revokedAt: null, expiresAt: { gt: until } },
      orderBy: { expiresAt: 'asc' },
      select: { expiresAt: true },
    })
    toldUntil = until
    for (const { id, workspaceId } of ended) {
      const ids = { workspaceId: workspaceId as WorkspaceId, linkId: id as ShareLinkId }
      control.publish({ type: 'link-revoked', ...ids })
    }
    return next === null ? LONGEST_WAIT_MS : Math.max(1, next.expiresAt.getTime() - now())
  }

  const watch = async (): Promise<void> => {
    const waitMs = await tell().catch((error: unknown) => {
      // What ran out meanwhile is told once the database is back.
      log.warn({ err: error }, 'the ends of share links could not be read')
      return LONGEST_WAIT_MS
    })
    if (!isClosed) cancel = after(Math.min(waitMs, LONGEST_WAIT_MS), () => void (watching = watch()))
  }
  let watching = watch()

  return {
    async close(): Promise<void> {
      isClosed = true
      cancel()
      await watching
    },
  }
}

function unreferenced(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms).unref()
  return () => clearTimeout(timer)
}
