import type { Actor } from '#shared/access/actor.ts'
import { can, type Resource } from '#shared/access/can.ts'
import { AppError } from '#shared/errors.ts'
import type { UserId, WorkspaceId } from '#shared/ids.ts'
import type { PresentPerson } from '#shared/protocol/events.ts'
import { createRateLimit } from '#server/platform/rate-limit.ts'
import { userOf } from './workspace-lock.ts'

export interface EditWish {
  readonly workspaceId: WorkspaceId
  readonly userId: UserId
  readonly name: string
}

interface AskToEditDeps {
  readonly peopleInside: (workspaceId: WorkspaceId) => readonly PresentPerson[]
  readonly onEditAsked: (to: UserId, wish: EditWish) => void
  readonly now: () => number
}

export type AskToEdit = ReturnType<typeof createAskToEdit>

/** A notice that can be repeated at will is a nuisance to those who get it. */
const RATE = { perMinute: 1, burst: 3 }

/** A member who may only read asks those who are inside and could change that. Nothing is stored. */
export function createAskToEdit({ peopleInside, onEditAsked, now }: AskToEditDeps) {
  const throttle = createRateLimit({ ...RATE, now })
  return (actor: Actor, workspace: Extract<Resource, { type: 'workspace' }>): { asked: number } => {
    const { userId, name } = userOf(actor)
    // Promoted a moment ago: there is nothing left to ask for.
    if (can(actor, 'workspace.write', workspace)) throw new AppError('conflict')
    throttle.take(`${workspace.id} ${userId}`)
    const able = peopleInside(workspace.id).filter((person) => person.role === 'owner' || person.role === 'admin')
    for (const person of able) onEditAsked(person.id as UserId, { workspaceId: workspace.id, userId, name })
    return { asked: able.length }
  }
}
