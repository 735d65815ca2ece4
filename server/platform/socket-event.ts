import type { z } from 'zod'
import type { Actor } from '#shared/access/actor.ts'
import type { Resource } from '#shared/access/can.ts'
import type { SelfPermission, WorkspacePermission } from '#shared/access/permissions.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { ClientEvents } from '#shared/protocol/events.ts'

type Name = keyof ClientEvents
type Input<N extends Name> = Parameters<ClientEvents[N]>[0]
type Result<N extends Name> = Parameters<Parameters<ClientEvents[N]>[1]>[0]
type Value<N extends Name> = Extract<Result<N>, { ok: true }>['value']

/** Who sent an event, and what is known of them at that moment. */
export interface Sender {
  readonly socketId: string
  readonly actor: Actor
  /** the workspace of the input as it was just judged; null where the event is about none */
  readonly workspace: Extract<Resource, { type: 'workspace' }> | null
  /** this socket joined that workspace, and is judged again whenever access changes */
  readonly isInside: boolean
}

/** How often one socket may send an event that is counted apart from the others. */
export interface Pace {
  readonly perMinute: number
  readonly burst: number
}

/** One event that browsers may send. The server walks the list at start and refuses to run with a permission missing. */
export interface SocketEvent {
  readonly name: Name
  readonly permission: WorkspacePermission | SelfPermission
  /** Later events of the socket do not wait for its answer; it begins in the order sent all the same. */
  readonly isConcurrent: boolean
  /** Null: counted with all others. */
  readonly pace: Pace | null
  /** Checks the input's form; throws a ZodError. */
  parse(raw: unknown): { readonly workspaceId?: WorkspaceId }
  /** Acts on what `parse` returned, after the permission was judged. */
  handle(sender: Sender, input: unknown): unknown
}

/** Declares an event with its permission, the form of its input and what it does. */
export function socketEvent<N extends Name>(event: {
  name: N
  permission: WorkspacePermission | SelfPermission
  input: z.ZodType<Input<N>>
  isConcurrent?: boolean
  pace?: Pace
  handle(sender: Sender, input: Input<N>): Value<N> | Promise<Value<N>>
}): SocketEvent {
  return {
    name: event.name,
    permission: event.permission,
    isConcurrent: event.isConcurrent ?? false,
    pace: event.pace ?? null,
    parse: (raw) => event.input.parse(raw) as { workspaceId?: WorkspaceId },
    handle: (sender, input) => event.handle(sender, input as Input<N>),
  }
}
