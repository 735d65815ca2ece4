import { openEarly } from '../files/early-opening.ts'

/** The only door to Monaco and Yjs: every page before it loads without them. */
export const loadIde = () => import('../files/ide-page.tsx')

/** On a workspace's address code and file are fetched at once, not after the server has said who this is. */
export function hurryToIde(pathname: string): void {
  if (!/^\/w\/[^/]+(\/f\/.*|\/?)$/.test(pathname)) return
  openEarly(pathname)
  // Whatever fails here is told by the route, which asks for the same code.
  const leaveToRoute = () => undefined
  void import('./workspace-route.tsx').catch(leaveToRoute)
  void loadIde().catch(leaveToRoute)
}
