import type { Actor } from '#shared/access/actor.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import type { Clock } from '../clock.ts'
import type { SyncLimits } from '../limits.ts'
import type { SocketLike } from '../ports.ts'
import { Channel } from './channel.ts'
import type { Link } from './link.ts'

export interface DoorOptions {
  readonly clock: Clock
  readonly limits: SyncLimits
  readonly onEnd: (channel: Channel) => void
}

/** P1: one document on a socket of its own, in the framing of y-websocket. */
export function openDocumentDoor(socket: SocketLike, actor: Actor, wantsAcks: boolean, options: DoorOptions): Channel {
  const link: Link = {
    wantsAcks,
    backlog: () => socket.bufferedAmount,
    hasCredit: () => true,
    send: (frame) => socket.send(frame.message),
    close: (code, reason) => socket.close(code, reason),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    handled: () => undefined,
  }
  const channel = new Channel({ actor, link, ...options })
  socket.onMessage((data, isBinary) => {
    if (isBinary) channel.receive(data)
    else channel.close(CLOSE.textFrame, 'binary frames only')
  })
  socket.onClose(() => channel.end())
  return channel
}
