/** The moment in a page's address, `?at=12`; null for now, and for anything that is none. */
export function readMoment(search: string): number | null {
  const at = new URLSearchParams(search).get('at')
  return at !== null && /^\d{1,15}$/.test(at) ? Number(at) : null
}
