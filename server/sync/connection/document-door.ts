import type { Actor } from '#shared/access/actor.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import type { Clock } from '../clock.ts'
import type { SyncLimits } from '../limits.ts'
import type { SocketLike } from '../ports.ts'
import { Channel } from './channel.ts'
import type { Link, OutFrame } from './link.ts'

export interface DoorOptions {
  readonly clock: Clock
  readonly limits: SyncLimits
  readonly onEnd: (channel: Channel) => void
}

/** A socket of its own for one channel. */
class SocketLink implements Link {
  readonly wantsAcks: boolean
  private readonly socket: SocketLike

  constructor(socket: SocketLike, wantsAcks: boolean) {
    this.socket = socket
    this.wantsAcks = wantsAcks
  }

  backlog(): number {
    return this.socket.bufferedAmount
  }

  hasCredit(): boolean {
    return true
  }

  send(frame: OutFrame): void {
    this.socket.send(frame.message)
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason)
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  handled(): void {}
}

/** P1: one document on a socket of its own, in the framing of y-websocket. */
export function openDocumentDoor(socket: SocketLike, actor: Actor, wantsAcks: boolean, options: DoorOptions): Channel {
  const channel = new Channel({ actor, link: new SocketLink(socket, wantsAcks), ...options })
  socket.onMessage((data, isBinary) => {
    if (isBinary) channel.receive(data)
    else channel.close(CLOSE.textFrame, 'binary frames only')
  })
  socket.onClose(() => channel.end())
  return channel
}
