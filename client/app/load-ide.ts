import { isIdePath } from '#shared/addresses.ts'
import { openEarly } from '../files/early-opening.ts'

type Ide = typeof import('../files/ide-page.tsx')

let loaded: Ide | null = null

/** The only door to Monaco and Yjs: every page before it loads without them. */
export async function loadIde(): Promise<Ide> {
  loaded = await import('../files/ide-page.tsx')
  return loaded
}

/** That code, where it is here already. */
export const loadedIde = (): Ide | null => loaded

/** On a workspace's address code and file are fetched at once, not after the server has said who this is. */
export function hurryToIde(pathname: string): void {
  if (!isIdePath(pathname)) return
  openEarly(pathname)
  // Whatever fails here is told by the route, which asks for the same code.
  const leaveToRoute = () => undefined
  void import('./workspace-route.tsx').catch(leaveToRoute)
  void loadIde().catch(leaveToRoute)
}
