import type { SyncLimits } from '../limits.ts'

/** A token bucket of messages and bytes (A6): over-rate costs waiting, never the connection. */
export class RateLimit {
  private messages: number
  private bytes: number
  private refilledAt: number
  private readonly limits: SyncLimits

  constructor(limits: SyncLimits, now: number) {
    this.limits = limits
    this.messages = limits.messageBurst
    this.bytes = limits.burstBytes
    this.refilledAt = now
  }

  /** 0 when the message may pass now, else milliseconds until it may. */
  take(bytes: number, now: number): number {
    const { messagesPerSecond, messageBurst, bytesPerSecond, burstBytes } = this.limits
    const seconds = Math.max(0, now - this.refilledAt) / 1000
    this.refilledAt = now
    this.messages = Math.min(messageBurst, this.messages + seconds * messagesPerSecond)
    this.bytes = Math.min(burstBytes, this.bytes + seconds * bytesPerSecond)
    // Bytes may be overdrawn by one frame, or a frame larger than the bucket would wait for ever.
    if (this.messages >= 1 && this.bytes > 0) {
      this.messages -= 1
      this.bytes -= bytes
      return 0
    }
    const waits = [(1 - this.messages) / messagesPerSecond, (1 - this.bytes) / bytesPerSecond]
    return Math.max(1, Math.ceil(Math.max(...waits) * 1000))
  }
}
