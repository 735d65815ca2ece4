import type { Actor } from '#shared/access/actor.ts'
import type { DocumentId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import type { Clock } from '../clock.ts'
import type { Channel } from '../connection/channel.ts'
import type { SyncLimits } from '../limits.ts'
import type { ChannelAccess, SyncLogger, SyncOptions } from '../ports.ts'
import { channelVerdict } from './affected.ts'

/** Judges channels at their opening, at each control event and every 30 s (A3). */
export interface Gate {
  /** False: the channel was closed. */
  admit(channel: Channel, documentId: DocumentId, epoch: number): Promise<boolean>
  forget(channel: Channel): void
  hear(event: ControlEvent): void
  /** asks again for channels whose last answer is old */
  recheck(): void
  readonly channels: ReadonlyMap<Channel, DocumentId>
}

interface Options extends Pick<SyncOptions, 'authorize' | 'loadActorStillValid'> {
  readonly clock: Clock
  readonly limits: SyncLimits
  readonly logger: SyncLogger
}

export function createGate({ authorize, loadActorStillValid, clock, limits, logger }: Options): Gate {
  const channels = new Map<Channel, DocumentId>()
  const asking = new Set<Channel>()

  /** True where access stands. */
  const apply = (channel: Channel, access: ChannelAccess, epoch: number): boolean => {
    switch (access.status) {
      case 'missing':
        channel.close(CLOSE.noSuchDocument, 'no such document')
        return false
      case 'forbidden':
        channel.close(CLOSE.accessRevoked, 'no access')
        return false
      case 'ok':
        break
    }
    if (epoch !== 0 && epoch !== access.epoch) {
      channel.close(CLOSE.epochChanged, 'the document was restored')
      return false
    }
    if (channel.access !== null && channel.access.canWrite !== access.canWrite) {
      channel.close(CLOSE.restarting, 'role changed')
      return false
    }
    channel.grant(access)
    return true
  }

  const isStillValid = async (actor: Actor): Promise<boolean> => loadActorStillValid?.(actor) ?? true

  const ask = async (channel: Channel, documentId: DocumentId): Promise<void> => {
    asking.add(channel)
    try {
      const isValid = await isStillValid(channel.actor)
      const access = isValid ? await authorize(channel.actor, documentId) : null
      if (channel.isClosed) return
      if (access === null) channel.close(CLOSE.sessionExpired, 'session ended')
      else apply(channel, access, channel.access?.epoch ?? 0)
    } catch (error) {
      // The last decision stands for a while, then nobody writes on its strength.
      logger.warn({ err: error, documentId }, 'access could not be asked for again')
      if (channel.canWrite && clock.now() - channel.checkedAt >= limits.recheckGraceMs) {
        channel.canWrite = false
        channel.isUnverified = true
      }
    } finally {
      asking.delete(channel)
    }
  }

  return {
    channels,
    async admit(channel, documentId, epoch) {
      channels.set(channel, documentId)
      try {
        // The socket may be older than the session's end, and nobody announces that a session has run out.
        const [isValid, access] = await Promise.all([isStillValid(channel.actor), authorize(channel.actor, documentId)])
        if (channel.isClosed) return false
        if (isValid) return apply(channel, access, epoch)
        channel.close(CLOSE.sessionExpired, 'session ended')
        return false
      } catch (error) {
        logger.warn({ err: error, documentId }, 'access could not be asked for')
        channel.close(CLOSE.overloaded, 'try again')
        return false
      }
    },
    forget: (channel) => void channels.delete(channel),
    hear(event) {
      for (const channel of [...channels.keys()]) {
        const { access, actor } = channel
        const verdict = channelVerdict(event, actor, access?.workspaceId ?? null, access?.user.role ?? null)
        if (verdict !== null) channel.close(verdict.code, verdict.reason)
      }
    },
    recheck() {
      for (const [channel, documentId] of channels) {
        if (channel.access === null || asking.has(channel)) continue
        if (clock.now() - channel.checkedAt >= limits.recheckMs) void ask(channel, documentId)
      }
    },
  }
}
