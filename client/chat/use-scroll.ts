import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

const NEAR_PX = 40

/** Keeps the end in view for whoever is there; who has scrolled up is not moved, and told how much came since. */
export function useScroll(count: number, content: unknown) {
  const list = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const [seen, setSeen] = useState(count)

  const toEnd = useCallback(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight })
    isAtEnd.current = true
    setSeen(count)
  }, [count])

  useLayoutEffect(() => {
    if (isAtEnd.current) toEnd()
  }, [toEnd, content])

  useEffect(() => {
    const element = list.current
    if (!element) return undefined
    const look = (): void => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX
      if (isAtEnd.current) setSeen(count)
    }
    element.addEventListener('scroll', look, { passive: true })
    return () => element.removeEventListener('scroll', look)
  }, [count])

  return { list, unseen: Math.max(0, count - seen), toEnd }
}
