import { type RefObject, useLayoutEffect, useState } from 'react'

const FALLBACK_PX = 640

/** The width of an element in CSS px, following it: drawings in it keep their letters' size. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(FALLBACK_PX)
  useLayoutEffect(() => {
    const watched = element.current
    if (watched === null || typeof ResizeObserver === 'undefined') return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWidth(Math.floor(entry.contentRect.width))
    })
    observer.observe(watched)
    return () => observer.disconnect()
  }, [element])
  return width
}
