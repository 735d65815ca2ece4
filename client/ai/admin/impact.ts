import type { ProviderRow, RouteRow } from '#shared/api/ai.ts'

export interface AiConfig {
  readonly providers: readonly ProviderRow[]
  readonly routes: readonly RouteRow[]
}

export interface Impact {
  readonly routes: readonly RouteRow[]
  /** Names that nobody answers to any more, but did. */
  readonly unanswered: readonly string[]
}

/** What goes when routes of this kind no longer lead anywhere. */
export function impactOf({ providers, routes }: AiConfig, isTaken: (route: RouteRow) => boolean): Impact {
  const isOn = new Set(providers.filter((p) => p.isEnabled).map((p) => p.id))
  const nameOf = (route: RouteRow) => JSON.stringify([route.model, route.purpose])
  const live = routes.filter((route) => route.isEnabled && isOn.has(route.providerId))
  const left = new Set(live.filter((route) => !isTaken(route)).map(nameOf))
  const lost = live.filter((route) => isTaken(route) && !left.has(nameOf(route)))
  return { routes: routes.filter(isTaken), unanswered: [...new Set(lost.map((route) => route.model))] }
}

/** Routes of one model and purpose, in the order in which they are tried. */
export const siblingsOf = (routes: readonly RouteRow[], { model, purpose }: RouteRow): readonly RouteRow[] =>
  routes.filter((r) => r.model === model && r.purpose === purpose).toSorted((a, b) => a.position - b.position)
