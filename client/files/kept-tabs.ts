import type { LocatedFile } from '#shared/api/files.ts'
import type { EditorPlace } from '../editor/editor-place.ts'
import { type Group, type Layout, renameTabs, withoutTabs } from './tabs.ts'

export interface KeptTab {
  readonly path: string
  /** null where the file was not opened since the tab came back */
  readonly documentId: string | null
  readonly place: EditorPlace | null
}

/** Open tabs as they are kept in the browser; `active` are indices. */
export interface KeptTabs {
  readonly groups: readonly { readonly tabs: readonly KeptTab[]; readonly active: number }[]
  readonly active: number
}

const MAX_TABS = 100
const MAX_GROUPS = 8

/** What is told of one tab beside its path. */
export type Describe = (groupId: number, path: string) => Omit<KeptTab, 'path'>

export function keepTabs(layout: Layout, describe: Describe): KeptTabs {
  const full = layout.groups.filter(({ tabs }) => tabs.length > 0).slice(0, MAX_GROUPS)
  const groups = full.map(({ id, tabs, active }) => {
    const at = Math.max(0, tabs.indexOf(active ?? ''))
    // Of too many, those around the active one.
    const from = Math.max(0, Math.min(at - MAX_TABS / 2, tabs.length - MAX_TABS))
    const kept = tabs.slice(from, from + MAX_TABS).map((path) => ({ path, ...describe(id, path) }))
    return { tabs: kept, active: at - from }
  })
  const active = full.findIndex(({ id }) => id === layout.active)
  return { groups, active: Math.max(0, active) }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0
const isPlace = (value: unknown): value is EditorPlace =>
  isRecord(value) &&
  ['line', 'column', 'topLine', 'topColumn'].every((key) => isCount(value[key])) &&
  Number.isFinite(value['belowPx'])
const isTab = (value: unknown): value is KeptTab =>
  isRecord(value) &&
  typeof value['path'] === 'string' &&
  value['path'] !== '' &&
  (value['documentId'] === null || typeof value['documentId'] === 'string') &&
  (value['place'] === null || isPlace(value['place']))
const isKept = (value: unknown): value is KeptTabs =>
  isRecord(value) &&
  isCount(value['active']) &&
  Array.isArray(value['groups']) &&
  value['groups'].length <= MAX_GROUPS &&
  value['groups'].every(
    (group: unknown) =>
      isRecord(group) &&
      isCount(group['active']) &&
      Array.isArray(group['tabs']) &&
      group['tabs'].length > 0 &&
      group['tabs'].length <= MAX_TABS &&
      group['tabs'].every(isTab),
  )

/** null for what is none, was written by another version, or was damaged. */
export function parseTabs(text: string | null): KeptTabs | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    return isKept(value) ? value : null
  } catch {
    // Convenience only: the person opens what they need.
    return null
  }
}

/** Groups are numbered from 1 in their order. */
export function layoutOf(kept: KeptTabs): Layout | null {
  const groups = kept.groups.map(({ tabs, active }, i): Group => {
    const paths = [...new Set(tabs.map(({ path }) => path))]
    return { id: i + 1, tabs: paths, active: tabs[active]?.path ?? paths[0] ?? null }
  })
  return groups.length === 0 ? null : { groups, active: groups[kept.active]?.id ?? 1 }
}

/**
 * Tabs follow files that were renamed meanwhile and lose those that are gone, but for the one the address names: a
 * file there is the one that is meant, and if there is none, the page says so.
 */
export function followTabs(layout: Layout, found: ReadonlyMap<string, LocatedFile>, address: string | null): Layout {
  const rename = (path: string): string => {
    const { isThere, movedTo } = found.get(path) ?? { isThere: true, movedTo: null }
    return movedTo === null || (isThere && path === address) ? path : movedTo
  }
  const isGone = (path: string): boolean => {
    const file = found.get(path)
    return path !== address && file !== undefined && !file.isThere && file.movedTo === null
  }
  return renameTabs(withoutTabs(layout, isGone), rename)
}
