import type { ControlEvent } from '#shared/protocol/control.ts'

/** Tells every live socket of this node at once that access changed. Between nodes a Redis channel takes its place. */
export interface ControlBus {
  publish(event: ControlEvent): void
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: ControlEvent) => void): () => void
}

export function createControlBus(onListenerError: (error: unknown) => void): ControlBus {
  const listeners = new Set<(event: ControlEvent) => void>()
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          // One feature's bug must not keep another from closing its sockets.
          onListenerError(error)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
