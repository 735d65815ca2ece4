import type { Actor, UserActor } from '#shared/access/actor.ts'
import { AppError } from '#shared/errors.ts'

/** Who asks, and under which request. Chats are for people with an account: roles of `workspace.discuss` are members. */
export interface Asking {
  readonly actor: UserActor
  readonly requestId: string
}

export function askingOf({ actor, requestId }: { readonly actor: Actor; readonly requestId: string }): Asking {
  if (actor.type !== 'user') throw new AppError('forbidden')
  return { actor, requestId }
}
