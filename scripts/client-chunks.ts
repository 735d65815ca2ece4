import path from 'node:path'
import { PRELOAD_HELPER } from './preload-code.ts'
import type { Rolldown } from 'vite'

/** With the first script and the vendors all that signing in needs: small files would compress worse, ask more often. */
const OF_SIGNING_IN =
  /client\/(ui\/(form|password-field|text-field)|auth\/(login-form|provider-links|validation))\.tsx?$/
const OURS = /\/(client|shared)\/[^:]+\.tsx?$/

const MAIN = ['client/main.tsx']
/** What the IDE is made of beside its lazy parts: see client/app/load-ide.ts. */
export const IDE_ENTRIES = ['client/app/workspace-route.tsx', 'client/files/ide-page.tsx']

/**
 * Which modules of the client become one file. Left alone, whatever two pages share becomes a file of its own, and a
 * workspace asked for sixty: each costs the page a millisecond or two before anything is shown.
 */
export const CHUNK_GROUPS: Rolldown.CodeSplittingGroup[] = [
  {
    name: 'vendor',
    test: /node_modules\/(react|react-dom|scheduler|i18next|use-sync-external-store|@trpc|@tanstack\/(history|query-core|react-query|react-router|react-store|router-core|store))\//,
  },
  { name: partOfBase, debugName: 'base' },
  { name: 'ui', test: /client\/ui\/.*\.tsx?$|node_modules\/(@base-ui|@floating-ui|lucide-react|reselect|tabbable)\// },
  {
    name: 'live',
    test: /client\/platform\/|shared\/(access|api|protocol)\/|node_modules\/(zod|zustand|socket\.io-client|engine\.io-client)\//,
  },
  { name: partOfIde, debugName: 'parts', minShareCount: 2 },
]

/** What the first script imports, and signing in. A group takes what its modules import along: this one comes first. */
function partOfBase(id: string, context: Rolldown.ChunkingContext): string | null {
  const isOfMain = OURS.test(id) && importedBy(MAIN, context).has(id)
  return isOfMain || OF_SIGNING_IN.test(id) || PRELOAD_HELPER.test(id) ? 'base' : null
}

/** What the IDE shares with other pages. */
function partOfIde(id: string, context: Rolldown.ChunkingContext): string | null {
  return OURS.test(id) && !id.includes('client/editor/') && importedBy(IDE_ENTRIES, context).has(id) ? 'parts' : null
}

const known = new WeakMap<readonly string[], Set<string>>()

/** Everything these modules import at once, themselves with it. */
function importedBy(entries: readonly string[], context: Rolldown.ChunkingContext): ReadonlySet<string> {
  const found = known.get(entries)
  if (found) return found
  const all = new Set<string>()
  const add = (id: string): void => {
    if (all.has(id)) return
    all.add(id)
    for (const next of context.getModuleInfo(id)?.importedIds ?? []) add(next)
  }
  for (const entry of entries) add(path.join(import.meta.dirname, '..', entry))
  known.set(entries, all)
  return all
}
