/**
 * Counts a channel's content frames and how many of the first of them are durable (P6). A frame's ticket is open
 * until the frame is judged, then waits for the ordinal that makes it durable.
 */
export class Acks {
  private readonly ordinals: number[] = []
  private readonly receivedAt: number[] = []
  private settled = 0
  private received = 0

  get pending(): number {
    return this.received - this.settled
  }

  /** Counts a frame; returns its ticket. */
  open(now: number): number {
    this.ordinals.push(Number.POSITIVE_INFINITY)
    this.receivedAt.push(now)
    return this.received++
  }

  resolve(ticket: number, ordinal: number): void {
    this.ordinals[ticket - this.settled] = ordinal
  }

  /** Whether the oldest frame that was not told of yet is durable. */
  isDue(durableOrdinal: number): boolean {
    return (this.ordinals[0] ?? Number.POSITIVE_INFINITY) <= durableOrdinal
  }

  /** How many frames are durable, and since when the oldest of the new ones waited; null if no more than before. */
  settle(
    durableOrdinal: number,
  ): { readonly count: number; readonly frames: number; readonly oldestAt: number } | null {
    let frames = 0
    while (frames < this.ordinals.length && (this.ordinals[frames] as number) <= durableOrdinal) frames++
    if (frames === 0) return null
    const oldestAt = this.receivedAt[0] as number
    this.ordinals.splice(0, frames)
    this.receivedAt.splice(0, frames)
    this.settled += frames
    return { count: this.settled, frames, oldestAt }
  }
}
