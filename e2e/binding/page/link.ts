import * as Y from 'yjs'

export type Direction = 'toLeft' | 'toRight'

/** The network between two documents in one page: what waits is delivered when, and in the order, the test says. */
export interface Link {
  /** from now on updates wait */
  readonly hold: () => void
  /** delivers what waits, oldest first, and from now on at once */
  readonly flow: () => void
  readonly waiting: (direction: Direction) => number
  /** Delivers one waiting update, whichever place it has in the queue. */
  readonly deliver: (direction: Direction, index: number) => void
}

export function linkDocuments(left: Y.Doc, right: Y.Doc): Link {
  const arrival = { binding: 'link' }
  const ends = {
    toLeft: { target: left, queue: [] as Uint8Array[] },
    toRight: { target: right, queue: [] as Uint8Array[] },
  }
  let isHeld = false
  const deliver = (direction: Direction, index: number): void => {
    const { target, queue } = ends[direction]
    const [update] = queue.splice(index, 1)
    if (update !== undefined) Y.applyUpdate(target, update, arrival)
  }
  const listen = (source: Y.Doc, direction: Direction): void => {
    source.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === arrival) return
      ends[direction].queue.push(update)
      if (!isHeld) deliver(direction, ends[direction].queue.length - 1)
    })
  }
  listen(left, 'toRight')
  listen(right, 'toLeft')
  return {
    hold: () => {
      isHeld = true
    },
    flow: () => {
      isHeld = false
      while (ends.toLeft.queue.length + ends.toRight.queue.length > 0) {
        deliver('toRight', 0)
        deliver('toLeft', 0)
      }
    },
    waiting: (direction) => ends[direction].queue.length,
    deliver,
  }
}
