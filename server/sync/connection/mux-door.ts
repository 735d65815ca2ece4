import type { Actor } from '#shared/access/actor.ts'
import type { DocumentId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol/close-codes.ts'
import { MUX } from '#shared/protocol/sync.ts'
import type { SocketLike } from '../ports.ts'
import { ByteReader, ByteWriter, Malformed } from '../update/bytes.ts'
import { Channel } from './channel.ts'
import type { DoorOptions } from './document-door.ts'
import { type Link, muxedFrame } from './link.ts'

export interface MuxOptions extends DoorOptions {
  /** asks for access and enters the room; answers through `opened` or by closing the channel */
  readonly admit: (channel: Channel, documentId: DocumentId, epoch: number, opened: Opened) => Promise<void>
}

export type Opened = (epoch: number, isReadOnly: boolean) => void

/** Ends the whole socket, its channels included. */
export type CloseSocket = (code: number, reason: string) => void

interface MuxChannel {
  readonly channel: Channel
  /** bytes the client may still be sent */
  window: number
}

/** P2: many documents on one socket. Each channel has its own window, so one document's flood delays no other's. */
export function openMuxDoor(socket: SocketLike, actor: Actor, options: MuxOptions): CloseSocket {
  const channels = new Map<number, MuxChannel>()
  let lastNumber = 0
  /** channels whose access is being asked for, also those closed meanwhile: each is a question to the database */
  let admitting = 0

  const sendFrame = (number: number, kind: number, write: (writer: ByteWriter) => void): void => {
    const writer = new ByteWriter(32)
    writer.varUint(number)
    writer.varUint(kind)
    write(writer)
    socket.send(writer.finish())
  }

  const closeChannel = (number: number, code: number, reason: string): void => {
    channels.delete(number)
    sendFrame(number, MUX.close, (writer) => {
      writer.varUint(code)
      writer.varString(reason)
    })
  }

  const createLink = (number: number): Link => {
    let handled = 0
    return {
      wantsAcks: true,
      backlog: () => socket.bufferedAmount,
      hasCredit: () => (channels.get(number)?.window ?? 0) > 0,
      send(frame) {
        const entry = channels.get(number)
        if (entry === undefined) return
        entry.window -= frame.message.length
        socket.send(muxedFrame(frame, number))
      },
      close: (code, reason) => closeChannel(number, code, reason),
      // Its window is not refilled meanwhile, which is what slows this channel and no other.
      pause: () => undefined,
      resume: () => undefined,
      handled(bytes) {
        handled += bytes
        if (handled < options.limits.windowBytes / 4) return
        const credit = handled
        handled = 0
        sendFrame(number, MUX.credit, (writer) => writer.varUint(credit))
      },
    }
  }

  const open = (number: number, reader: ByteReader): void => {
    const documentId = reader.varString() as DocumentId
    const epoch = reader.varUint()
    reader.finish()
    if (number <= lastNumber) throw new Malformed('channel number used before')
    lastNumber = number
    if (Math.max(channels.size, admitting) >= options.limits.channelsPerSocket) {
      return closeChannel(number, CLOSE.overloaded, 'too many documents on one socket')
    }
    const channel = new Channel({ actor, link: createLink(number), ...options })
    channels.set(number, { channel, window: options.limits.windowBytes })
    admitting++
    void options
      .admit(channel, documentId, epoch, (current, isReadOnly) =>
        sendFrame(number, MUX.opened, (writer) => {
          writer.varUint(current)
          writer.varUint(isReadOnly ? 1 : 0)
        }),
      )
      .finally(() => admitting--)
  }

  const receive = (bytes: Uint8Array): void => {
    const reader = new ByteReader(bytes)
    const number = reader.varUint()
    const kind = reader.varUint()
    if (number === 0) throw new Malformed('channel 0')
    if (kind === MUX.open) return open(number, reader)
    const entry = channels.get(number)
    if (entry === undefined) {
      // It may have been closed while this frame was under way.
      if (number > lastNumber) throw new Malformed('channel never opened')
      return
    }
    switch (kind) {
      case MUX.message:
        return entry.channel.receive(bytes.subarray(reader.pos))
      case MUX.credit:
        entry.window = Math.min(options.limits.windowBytes, entry.window + reader.varUint())
        return reader.finish()
      case MUX.close:
        channels.delete(number)
        return entry.channel.end()
      default:
        throw new Malformed('unknown kind of frame')
    }
  }

  const closeSocket: CloseSocket = (code, reason) => {
    for (const { channel } of [...channels.values()]) channel.end()
    channels.clear()
    socket.close(code, reason)
  }

  socket.onMessage((data, isBinary) => {
    if (!isBinary) return closeSocket(CLOSE.textFrame, 'binary frames only')
    if (socket.bufferedAmount > options.limits.unreadSocketBytes) return closeSocket(CLOSE.overloaded, 'too slow')
    try {
      receive(data)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      closeSocket(CLOSE.undecodable, error.message)
    }
  })
  socket.onClose(() => {
    for (const { channel } of [...channels.values()]) channel.end()
    channels.clear()
  })
  return closeSocket
}
