import { workspaceOfIdePath } from '#shared/addresses.ts'
import { forgetStored, readStored, writeStored } from './storage.ts'

const KEPT_MAX = 100
const prefixOf = (personId: string): string => `visits.${personId}`
const read = (personId: string): readonly string[] => readStored(prefixOf(personId))?.split(' ') ?? []

/** Notes that this person was inside a workspace, in this browser: the server tells nobody so once they are out. */
export function noteVisit(personId: string, workspaceId: string): void {
  const before = read(personId)
  if (before[0] === workspaceId) return
  const now = [workspaceId, ...before.filter((id) => id !== workspaceId)].slice(0, KEPT_MAX)
  writeStored(prefixOf(personId), now.join(' '))
}

/** Whether this browser had this person inside the workspace of this page, where the page is open to all who are in. */
export function hasVisited(personId: string, path: string): boolean {
  const id = workspaceOfIdePath(path)
  return id !== null && read(personId).includes(id)
}

/** Where somebody was is theirs alone: signing out leaves nothing of it. */
export const forgetVisits = (personId: string): void => forgetStored(prefixOf(personId))
