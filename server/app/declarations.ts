import type { AnyRouter } from '@trpc/server'
import { PERMISSIONS } from '#shared/access/permissions.ts'
import type { HttpRoute, UpgradeRoute } from '#server/platform/http.ts'
import type { ProcedureMeta } from '#server/platform/trpc.ts'

/** One way in, with what it demands. */
export interface Entry {
  readonly kind: 'procedure' | 'route' | 'upgrade' | 'event'
  readonly name: string
  readonly permission: string
}

export interface EntrySources {
  readonly router: AnyRouter
  readonly routes: readonly HttpRoute[]
  readonly upgrades: readonly UpgradeRoute[]
  readonly events: readonly { readonly name: string; readonly permission: string }[]
}

/** Every way into the server. The matrix test has a golden row for each. */
export function listEntries({ router, routes, upgrades, events }: EntrySources): Entry[] {
  const procedures = Object.entries(router._def.procedures as Record<string, { _def: { meta?: ProcedureMeta } }>)
  return [
    ...procedures.map(([name, { _def }]) => ({
      kind: 'procedure' as const,
      name,
      permission: _def.meta?.permission ?? '',
    })),
    ...routes.map((r) => ({ kind: 'route' as const, name: `${r.method} ${r.path}`, permission: r.permission })),
    ...upgrades.map((u) => ({ kind: 'upgrade' as const, name: u.path, permission: u.permission })),
    ...events.map((e) => ({ kind: 'event' as const, name: e.name, permission: e.permission })),
  ]
}

const KNOWN: ReadonlySet<string> = new Set(['public', 'each-channel', ...PERMISSIONS])

/** Stops the start where a way in has no permission, or one that nobody knows. */
export function requireDeclarations(entries: readonly Entry[]): void {
  const open = entries.filter((entry) => !KNOWN.has(entry.permission))
  if (open.length > 0) {
    throw new Error(`without a declared permission: ${open.map((e) => `${e.kind} ${e.name}`).join(', ')}`)
  }
}
