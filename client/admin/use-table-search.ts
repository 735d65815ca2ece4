import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

const SETTLE_MS = 250

/** Search and page of an admin table. Both live in the URL, so that a view can be reloaded and sent on (behaviour 24). */
export function useTableSearch() {
  const { q = '', cursor } = useSearch({ strict: false })
  const navigate = useNavigate()
  const [typed, setTyped] = useState(q)

  // Going back in the browser brings the field along.
  useEffect(() => setTyped(q), [q])
  useEffect(() => {
    const wanted = typed.trim()
    if (wanted === q) return
    const timer = setTimeout(
      () => void navigate({ to: '.', search: wanted === '' ? {} : { q: wanted }, replace: true }),
      SETTLE_MS,
    )
    return () => clearTimeout(timer)
  }, [typed, q, navigate])

  const goTo = (next: string | undefined) =>
    void navigate({ to: '.', search: { ...(q !== '' && { q }), ...(next !== undefined && { cursor: next }) } })
  return { search: q, cursor, typed, setTyped, goTo }
}
