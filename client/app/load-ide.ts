/** The only door to Monaco and Yjs: every page before it loads without them. */
export const loadIde = () => import('../files/ide-page.tsx')

/** On a workspace's address code and file are fetched at once, not after the server has said who this is. */
export function hurryToIde(pathname: string): void {
  if (!/^\/w\/[^/]+(\/f\/.*|\/?)$/.test(pathname)) return
  void import('../files/early-opening.ts').then((m) => m.openEarly(pathname))
  // A failure is told by the route, which asks for the same code.
  void import('./workspace-route.tsx').catch(() => undefined)
  void loadIde().catch(() => undefined)
}
