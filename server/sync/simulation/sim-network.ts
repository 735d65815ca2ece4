import type { Clock } from '../clock.ts'
import type { SocketLike } from '../ports.ts'
import type { Random } from '../random.ts'

/** One end of a simulated connection: ordered and reliable until it breaks, like TCP. */
export class SimSocket implements SocketLike {
  bufferedAmount = 0
  peer: SimSocket | null = null
  isOpen = true
  private isPaused = false
  private queue: (() => void)[] = []
  private lastArrival = 0
  private messageListener: (data: Uint8Array, isBinary: boolean) => void = () => undefined
  private closeListeners: ((code: number) => void)[] = []
  private readonly clock: Clock
  private readonly random: Random

  constructor(clock: Clock, random: Random) {
    this.clock = clock
    this.random = random
  }

  onMessage(listener: (data: Uint8Array, isBinary: boolean) => void): void {
    this.messageListener = listener
  }

  onClose(listener: (code: number) => void): void {
    this.closeListeners.push(listener)
  }

  send(bytes: Uint8Array): void {
    if (!this.isOpen) return
    const copy = bytes.slice()
    this.bufferedAmount += copy.length
    this.transmit(() => {
      this.bufferedAmount -= copy.length
      this.peer?.arrive(() => this.peer?.messageListener(copy, true))
    })
  }

  close(code: number): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.transmit(() => this.peer?.arrive(() => this.peer?.end(code)))
    this.clock.soon(() => this.closeListeners.splice(0).forEach((listener) => listener(code)))
  }

  /** The cable is cut: what is under way is lost, and both ends notice at their own time. */
  break(): void {
    const { peer } = this
    this.peer = null
    if (peer !== null) peer.peer = null
    for (const end of [this, peer]) this.clock.after(this.random.below(400), () => end?.end(1006))
  }

  /** The process at this end was killed: nothing of it hears anything any more. */
  kill(): void {
    this.messageListener = () => undefined
    this.closeListeners = []
    this.break()
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    for (const run of this.queue.splice(0)) run()
  }

  private arrive(run: () => void): void {
    if (this.isPaused) this.queue.push(run)
    else run()
  }

  private end(code: number): void {
    this.isOpen = false
    this.closeListeners.splice(0).forEach((listener) => listener(code))
  }

  private transmit(deliver: () => void): void {
    const delay = this.random.chance(0.05) ? this.random.below(300) : this.random.below(8)
    this.lastArrival = Math.max(this.lastArrival, this.clock.now() + delay)
    this.clock.after(this.lastArrival - this.clock.now(), deliver)
  }
}

/** Two ends of a new connection. */
export function connectPair(clock: Clock, random: Random): { readonly server: SimSocket; readonly client: SimSocket } {
  const server = new SimSocket(clock, random)
  const client = new SimSocket(clock, random)
  server.peer = client
  client.peer = server
  return { server, client }
}
