import type { Page, WebSocketRoute } from '@playwright/test'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { MESSAGE, MUX, SYNC_STEP } from '#shared/protocol/sync.ts'

/** Holds back what the server sends to a page, so that a test says when a colleague's edits arrive. */
export interface SyncGate {
  /** From now on messages from the server wait. */
  hold(): void
  /** Lets those through that came before this place in the queue. */
  release(place: number | undefined): void
  /** Lets everything through, now and from now on. */
  open(): void
  /** The place after everything that has come so far. */
  place(): number
  /** What the page itself has sent of its own edits. */
  readonly sent: Edits
  /** What has come for the page, held or not. */
  readonly arrived: Edits
  /** When anything was sent or came. */
  whenNext(): Promise<void>
  /** The id under which this page writes, once it has shown its cursor. */
  clientId(): Promise<number>
}

/** Units by client: how far they were inserted, and which were deleted. */
export interface Edits {
  readonly clocks: ReadonlyMap<number, number>
  readonly deleted: ReadonlySet<string>
  /** units inserted, of whichever client */
  readonly inserted: number
}

/** Must be made before the page is opened. */
export async function gateSync(page: Page): Promise<SyncGate> {
  const sent = createEdits()
  const arrived = createEdits()
  let queue: (Buffer | string)[] = []
  let dropped = 0
  let isHolding = false
  let socket: WebSocketRoute | null = null
  let wake = Promise.withResolvers<void>()
  let clientId: number | null = null
  const changed = () => {
    wake.resolve()
    wake = Promise.withResolvers<void>()
  }
  const release = (place: number | undefined) => {
    if (place === undefined) throw new Error('nobody noted that place')
    const count = Math.max(0, place - dropped)
    for (const message of queue.slice(0, count)) socket?.send(message)
    queue = queue.slice(count)
    dropped += count
  }
  await page.routeWebSocket(/\/sync$/, (route) => {
    socket = route
    const server = route.connectToServer()
    route.onMessage((message) => {
      sent.note(message)
      const cursor = cursorIn(message)
      if (cursor === null) server.send(message)
      else {
        clientId = cursor.clientId
        route.send(Buffer.from(cursor.credit))
      }
      changed()
    })
    server.onMessage((message) => {
      arrived.note(message)
      if (isHolding) queue.push(message)
      else route.send(message)
      changed()
    })
  })
  return {
    sent,
    arrived,
    hold: () => void (isHolding = true),
    release,
    open() {
      isHolding = false
      release(dropped + queue.length)
    },
    place: () => dropped + queue.length,
    whenNext: () => wake.promise,
    async clientId() {
      while (clientId === null) await wake.promise
      return clientId
    },
  }
}

function createEdits(): Edits & { note(message: Buffer | string): void } {
  const clocks = new Map<number, number>()
  const deleted = new Set<string>()
  let inserted = 0
  return {
    clocks,
    deleted,
    get inserted() {
      return inserted
    },
    note(message) {
      const update = updateIn(message)
      if (update === null) return
      const { structs, ds } = Y.decodeUpdate(update)
      for (const { id, length } of structs) {
        const known = clocks.get(id.client) ?? 0
        const end = id.clock + length
        if (end <= known) continue
        inserted += end - Math.max(known, id.clock)
        clocks.set(id.client, end)
      }
      for (const [client, ranges] of ds.clients) {
        for (const { clock, len } of ranges) for (let i = clock; i < clock + len; i++) deleted.add(`${client}:${i}`)
      }
    },
  }
}

/**
 * Twenty thousand edits at once would move the cursor as often, and the server slows down who sends so much. A cursor
 * is therefore taken here, and its room in the channel's window handed back in the server's place.
 */
function cursorIn(message: Buffer | string): { clientId: number; credit: Uint8Array } | null {
  if (typeof message === 'string') return null
  const decoder = decoding.createDecoder(message)
  const channel = decoding.readVarUint(decoder)
  if (decoding.readVarUint(decoder) !== MUX.message) return null
  const bytes = message.length - decoder.pos
  if (decoding.readVarUint(decoder) !== MESSAGE.awareness) return null
  const states = decoding.createDecoder(decoding.readVarUint8Array(decoder))
  // How many states there are: a page shows its own alone.
  decoding.readVarUint(states)
  const credit = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, channel)
    encoding.writeVarUint(encoder, MUX.credit)
    encoding.writeVarUint(encoder, bytes)
  })
  return { clientId: decoding.readVarUint(states), credit }
}

/** The update inside a frame of the multiplexed door, where there is one. */
function updateIn(message: Buffer | string): Uint8Array | null {
  if (typeof message === 'string') return null
  const decoder = decoding.createDecoder(message)
  decoding.readVarUint(decoder)
  if (decoding.readVarUint(decoder) !== MUX.message) return null
  if (decoding.readVarUint(decoder) !== MESSAGE.sync) return null
  return decoding.readVarUint(decoder) === SYNC_STEP.step1 ? null : decoding.readVarUint8Array(decoder)
}

/** Whether everything the one page sent has come for the other. Counts are compared first: they seldom agree too early. */
export const hasAllOf = (arrived: Edits, sent: Edits): boolean =>
  arrived.deleted.size >= sent.deleted.size &&
  [...sent.clocks].every(([client, clock]) => (arrived.clocks.get(client) ?? 0) >= clock) &&
  sent.deleted.isSubsetOf(arrived.deleted)
