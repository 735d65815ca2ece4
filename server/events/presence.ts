import type { WorkspaceId } from '#shared/ids.ts'
import { IDLE_AFTER_MS, type PresentPerson } from '#shared/protocol/events.ts'

export type Person = Omit<PresentPerson, 'paths' | 'idleSince'>

interface Tab {
  person: Person
  path: string | null
  /** rises with each look, so that the newest path of a person comes first */
  lookedAt: number
  /** milliseconds; null while somebody touches it */
  idleSince: number | null
}

export interface Presence {
  enter(workspaceId: WorkspaceId, socketId: string, person: Person): void
  look(workspaceId: WorkspaceId, socketId: string, at: { path: string | null; isIdle: boolean }): void
  leave(workspaceId: WorkspaceId, socketId: string): void
  /** People, not tabs, in the order they came. */
  people(workspaceId: WorkspaceId): PresentPerson[]
}

/** Who is inside which workspace, and what they look at. `onChange` hears of each workspace whose picture changed. */
export function createPresence(onChange: (workspaceId: WorkspaceId) => void, now: () => number): Presence {
  const workspaces = new Map<WorkspaceId, Map<string, Tab>>()
  let looks = 0

  return {
    enter(workspaceId, socketId, person) {
      const tabs = workspaces.get(workspaceId) ?? new Map<string, Tab>()
      workspaces.set(workspaceId, tabs)
      const tab = tabs.get(socketId)
      if (tab && isSamePerson(tab.person, person)) return
      // Entering again, as after a change of role, keeps the place.
      if (tab) tab.person = person
      else tabs.set(socketId, { person, path: null, lookedAt: ++looks, idleSince: null })
      onChange(workspaceId)
    },
    look(workspaceId, socketId, { path, isIdle }) {
      const tab = workspaces.get(workspaceId)?.get(socketId)
      if (!tab || (tab.path === path && (tab.idleSince !== null) === isIdle)) return
      if (!isIdle) tab.idleSince = null
      else tab.idleSince ??= now() - IDLE_AFTER_MS
      if (tab.path !== path) tab.lookedAt = ++looks
      tab.path = path
      onChange(workspaceId)
    },
    leave(workspaceId, socketId) {
      const tabs = workspaces.get(workspaceId)
      if (!tabs?.delete(socketId)) return
      if (tabs.size === 0) workspaces.delete(workspaceId)
      onChange(workspaceId)
    },
    people(workspaceId) {
      const tabs = [...(workspaces.get(workspaceId)?.values() ?? [])]
      return [...Map.groupBy(tabs, (tab) => tab.person.id).values()].flatMap(mergeTabs)
    },
  }
}

const isSamePerson = (a: Person, b: Person): boolean =>
  a.id === b.id && a.name === b.name && a.color === b.color && a.role === b.role

function mergeTabs(tabs: readonly Tab[]): PresentPerson[] {
  const newestFirst = tabs.toSorted((a, b) => b.lookedAt - a.lookedAt)
  const newest = newestFirst[0]
  if (!newest) return []
  const paths = [...new Set(newestFirst.flatMap((tab) => tab.path ?? []))]
  const since = tabs.map((tab) => tab.idleSince)
  const isIdle = since.every((at) => at !== null)
  return [{ ...newest.person, paths, ...(isIdle ? { idleSince: new Date(Math.max(...since)).toISOString() } : {}) }]
}
