/** How Monaco says that something it no longer needs was given up; not an error, though it may throw it at the window. */
const isCanceled = (error: unknown): boolean =>
  error instanceof Error && error.name === 'Canceled' && error.message === 'Canceled'

/** Keeps what an editor gives up when it closes in the middle of a request from looking like a failure of the page. */
export function ignoreCanceled(target: Pick<Window, 'addEventListener'> = window): void {
  target.addEventListener('unhandledrejection', (event) => {
    if (isCanceled(event.reason)) event.preventDefault()
  })
  target.addEventListener('error', (event) => {
    if (isCanceled(event.error)) event.preventDefault()
  })
}
