/** The path, query and fragment of `next` if it leads to this site, else `/`: `//evil`, `/\evil`, `https://evil` do not. */
export function localPath(next: string | null): string {
  const here = 'http://here.invalid'
  if (next === null || !next.startsWith('/') || next.length > 2000 || !URL.canParse(next, here)) return '/'
  const url = new URL(next, here)
  if (url.origin !== here) return '/'
  const path = url.pathname + url.search + url.hash
  // `/.//evil` is parsed to the path `//evil`, which a browser would take for another host.
  return path.startsWith('//') ? '/' : path
}
