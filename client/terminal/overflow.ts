import type { Terminal } from '@xterm/xterm'

/**
 * A terminal has one size for everyone: in a smaller window its screen is larger than its place, and the place scrolls.
 * The last rows, where people type, are what is in view; the wheel goes through the screen first and then through what
 * has left it. The answer ends it.
 */
export function keepEndInView(terminal: Terminal, host: HTMLElement): () => void {
  const toEnd = (): void => {
    host.scrollTop = host.scrollHeight
  }
  const onWheel = (event: WheelEvent): void => {
    const { viewportY, baseY } = terminal.buffer.active
    const isOwn =
      event.deltaY < 0
        ? host.scrollTop > 0
        : viewportY === baseY && host.scrollTop + host.clientHeight < host.scrollHeight - 1
    // The browser then scrolls the place.
    if (isOwn) event.stopPropagation()
  }
  // Its new height is laid out a moment later.
  const resizing = terminal.onResize(() => requestAnimationFrame(toEnd))
  const typing = terminal.onData(toEnd)
  const observer = new ResizeObserver(toEnd)
  observer.observe(host)
  host.addEventListener('wheel', onWheel, { capture: true, passive: true })
  return () => {
    resizing.dispose()
    typing.dispose()
    observer.disconnect()
    host.removeEventListener('wheel', onWheel, { capture: true })
  }
}
