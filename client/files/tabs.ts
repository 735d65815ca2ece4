/** Where files are shown: one or more groups side by side, each with tabs. Immutable. */
export interface Group {
  readonly id: number
  readonly tabs: readonly string[]
  readonly active: string | null
}

export interface Layout {
  readonly groups: readonly Group[]
  readonly active: number
}

export const startLayout: Layout = { groups: [{ id: 1, tabs: [], active: null }], active: 1 }

const change = (layout: Layout, id: number, next: (group: Group) => Group): Layout => ({
  ...layout,
  groups: layout.groups.map((group) => (group.id === id ? next(group) : group)),
})

export const activeGroup = (layout: Layout): Group =>
  layout.groups.find((g) => g.id === layout.active) ?? layout.groups[0] ?? { id: 1, tabs: [], active: null }
export const activePath = (layout: Layout): string | null => activeGroup(layout).active
export const openPaths = (layout: Layout): ReadonlySet<string> => new Set(layout.groups.flatMap((g) => g.tabs))

/** The group that has this file, the active one where several do, or none. */
export const groupOf = (layout: Layout, path: string): number =>
  activeGroup(layout).tabs.includes(path)
    ? layout.active
    : (layout.groups.find(({ tabs }) => tabs.includes(path))?.id ?? layout.active)

/** Shows a file in a group, in the tab it already has there or in a new one after the active tab. */
export function openTab(layout: Layout, id: number, path: string): Layout {
  const opened = change(layout, id, (group) => {
    if (group.tabs.includes(path)) return { ...group, active: path }
    const at = group.active === null ? group.tabs.length : group.tabs.indexOf(group.active) + 1
    return { ...group, tabs: group.tabs.toSpliced(at, 0, path), active: path }
  })
  return { ...opened, active: id }
}

/** Closes a tab; its neighbour comes up. A second group without tabs goes away. */
export function closeTab(layout: Layout, id: number, path: string): Layout {
  const closed = change(layout, id, (group) => {
    const at = group.tabs.indexOf(path)
    const tabs = group.tabs.filter((t) => t !== path)
    return {
      ...group,
      tabs,
      active: group.active === path ? (tabs[Math.min(at, tabs.length - 1)] ?? null) : group.active,
    }
  })
  return withoutEmptyGroups(closed)
}

const withoutEmptyGroups = (layout: Layout): Layout => {
  const full = layout.groups.filter((g) => g.tabs.length > 0)
  const groups = full.length > 0 ? full : layout.groups.slice(0, 1)
  return { groups, active: groups.some((g) => g.id === layout.active) ? layout.active : (groups[0]?.id ?? 1) }
}

/** A second group beside this one, with the same file. */
export function splitGroup(layout: Layout, id: number, path: string | null): Layout {
  const at = layout.groups.findIndex((g) => g.id === id)
  const next = Math.max(...layout.groups.map((g) => g.id)) + 1
  if (path === null || at < 0) return layout
  return { groups: layout.groups.toSpliced(at + 1, 0, { id: next, tabs: [path], active: path }), active: next }
}

/** Closes all of these everywhere. */
export function withoutTabs(layout: Layout, isGone: (path: string) => boolean): Layout {
  const gone = layout.groups.flatMap(({ id, tabs }) => tabs.filter(isGone).map((path) => ({ id, path })))
  return gone.reduce((rest, { id, path }) => closeTab(rest, id, path), layout)
}

/** Renaming takes tabs along (behaviour 15). */
export function renameTabs(layout: Layout, rename: (path: string) => string): Layout {
  return {
    ...layout,
    groups: layout.groups.map((group) => ({
      ...group,
      // Two may come to have one name: files that were opened by two links.
      tabs: [...new Set(group.tabs.map(rename))],
      active: group.active === null ? null : rename(group.active),
    })),
  }
}

/** Puts a tab at another place among its group's; beyond the ends it stays at the end. */
export function moveTab(layout: Layout, id: number, path: string, to: number): Layout {
  return change(layout, id, (group) => {
    const at = group.tabs.indexOf(path)
    if (at < 0) return group
    const place = Math.min(group.tabs.length - 1, Math.max(0, to))
    return { ...group, tabs: group.tabs.toSpliced(at, 1).toSpliced(place, 0, path) }
  })
}

/** The tab after or before the active one, going round. */
export function stepTab(layout: Layout, step: 1 | -1): string | null {
  const { tabs, active } = activeGroup(layout)
  if (active === null || tabs.length === 0) return null
  return tabs[(tabs.indexOf(active) + step + tabs.length) % tabs.length] ?? null
}
