import path from 'node:path'

export interface Import {
  /** The importing file, relative to the repository, with forward slashes. */
  readonly file: string
  /** As written: `../room.ts`, `#shared/ids.ts`, `node:fs`, `pg`. */
  readonly specifier: string
  readonly isTypeOnly: boolean
}

/** Packages that code shared by browser, server and agent may use; of Yjs only the types. */
const SHARED_PACKAGES = new Set(['zod'])
const SHARED_TYPE_PACKAGES = new Set(['zod', 'yjs'])

/** Too heavy for the sign-in page and the lists: only what is loaded with the editor may import their values. */
const EDITOR_PACKAGES = /^(monaco-editor|yjs|y-protocols|y-indexeddb|y-websocket)(\/|$)/
const EDITOR_FEATURES = new Set(['editor', 'sync', 'diff', 'suggestions', 'conflicts', 'files', 'history'])

/** Features that make up the screen with the editor stand on each other, in this order only. */
const EDITOR_STACK: Readonly<Record<string, readonly string[]>> = {
  editor: ['sync'],
  diff: ['editor'],
  suggestions: ['editor'],
  conflicts: ['editor'],
  files: ['editor', 'sync'],
}

/** Who may import whom. Answers why an import is refused, or undefined where it is allowed. */
export function judgeImport({ file, specifier, isTypeOnly }: Import): string | undefined {
  const from = placeOf(file)
  const target = resolveTarget(file, specifier)
  if (target === undefined) return judgePackage(from, file, specifier, isTypeOnly)
  const to = placeOf(target)
  if (to.area === from.area && to.feature === from.feature) return undefined
  switch (from.area) {
    case 'shared':
      return to.area === 'shared' ? undefined : 'shared imports nothing but itself'
    case 'server':
      return judgeServer(from, to)
    case 'agent':
      return to.area === 'shared' || to.area === 'agent' ? undefined : 'the agent imports only itself and shared'
    case 'client':
      return judgeClient(from, to, isTypeOnly)
    default:
      // prisma, scripts, e2e, bench and configuration are not part of the running product's features.
      return undefined
  }
}

interface Place {
  readonly area: string
  /** The folder inside the area; empty for files directly in it. */
  readonly feature: string
}

function placeOf(file: string): Place {
  const [area = '', feature = '', ...rest] = file.split('/')
  return { area, feature: rest.length > 0 && (area === 'server' || area === 'client') ? feature : '' }
}

/** The file an import leads to, relative to the repository; undefined for a package. */
function resolveTarget(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier)
  return undefined
}

function judgeServer(from: Place, to: Place): string | undefined {
  if (to.area === 'shared' || to.area === 'prisma') return undefined
  if (to.area !== 'server') return `server does not import ${to.area}`
  // main.ts, and the app that mounts every feature.
  if (from.feature === '' || from.feature === 'app') return undefined
  if (from.feature === 'platform') return 'server/platform knows no feature'
  if (to.feature === 'platform') return undefined
  return `server/${from.feature} does not import server/${to.feature}: main.ts passes it a function`
}

function judgeClient(from: Place, to: Place, isTypeOnly: boolean): string | undefined {
  if (to.area === 'shared') return undefined
  if (to.area === 'server') return isTypeOnly ? undefined : 'the client imports only types from the server'
  if (to.area !== 'client') return `client does not import ${to.area}`
  if (from.feature === '' || from.feature === 'app') return undefined
  if (to.feature === 'platform') return undefined
  // The one comparison knows no feature, as what is in ui.
  const isForAll = to.feature === 'ui' || (to.feature === 'diff' && from.feature !== 'ui' && from.feature !== 'editor')
  if (isForAll && from.feature !== 'platform') return undefined
  if (EDITOR_STACK[from.feature]?.includes(to.feature)) return undefined
  return `client/${from.feature} does not import client/${to.feature}: client/app joins features`
}

function judgePackage(from: Place, file: string, specifier: string, isTypeOnly: boolean): string | undefined {
  if (/\.test\.tsx?$/.test(file)) return undefined
  if (from.area === 'shared') {
    const allowed = isTypeOnly ? SHARED_TYPE_PACKAGES : SHARED_PACKAGES
    return allowed.has(specifier) ? undefined : 'shared imports no package but zod, and types of yjs'
  }
  if (from.area !== 'client') return undefined
  if (specifier.startsWith('node:')) return 'the browser has no node: modules'
  if (EDITOR_PACKAGES.test(specifier) && !isTypeOnly && !EDITOR_FEATURES.has(from.feature)) {
    return 'Monaco and Yjs load with the editor only: import their types, or move the code there'
  }
  return undefined
}
