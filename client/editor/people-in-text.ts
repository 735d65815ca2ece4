import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import type { AwarenessUser } from '#shared/protocol/sync.ts'

/** Where a caret stands in the awareness state: relative to the text, so that it moves with it. */
export interface SharedSelection {
  readonly anchor: Y.RelativePosition
  readonly head: Y.RelativePosition
}

export interface PersonSelection {
  readonly clientId: number
  readonly user: AwarenessUser
  readonly anchor: number
  readonly head: number
}

const MAX_SELECTIONS = 32

const isUser = (value: unknown): value is AwarenessUser =>
  typeof value === 'object' && value !== null && 'id' in value && 'name' in value && typeof value.name === 'string'

/** The person behind a client id, as the server vouches for it. */
export function userOf(awareness: Awareness, clientId: number): AwarenessUser | null {
  const user: unknown = awareness.getStates().get(clientId)?.['user']
  return isUser(user) ? user : null
}

/** Tells the others where this person's carets are. */
export function publishSelections(
  awareness: Awareness,
  text: Y.Text,
  offsets: readonly { anchor: number; head: number }[],
): void {
  const relative = (offset: number): Y.RelativePosition =>
    Y.createRelativePositionFromTypeIndex(text, Math.min(offset, text.length))
  const selections = offsets
    .slice(0, MAX_SELECTIONS)
    .map(({ anchor, head }): SharedSelection => ({ anchor: relative(anchor), head: relative(head) }))
  // A caret stands before the letter after it, so that typing moves it without a word.
  if (JSON.stringify(awareness.getLocalState()?.['selections']) === JSON.stringify(selections)) return
  awareness.setLocalStateField('selections', selections)
}

/** Everybody else's carets in this text; positions that cannot be read are left out. */
export function readSelections(awareness: Awareness, text: Y.Text): PersonSelection[] {
  const doc = text.doc
  if (doc === null) return []
  const absolute = (position: unknown): number | null => {
    try {
      const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), doc, false)
      return found !== null && found.type === text ? found.index : null
    } catch {
      // Another client may write anything here.
      return null
    }
  }
  const people: PersonSelection[] = []
  for (const [clientId, state] of awareness.getStates()) {
    const user = userOf(awareness, clientId)
    const selections: unknown = state['selections']
    if (clientId === awareness.clientID || user === null || user.kind === 'agent' || !Array.isArray(selections))
      continue
    for (const { anchor, head } of selections.slice(0, MAX_SELECTIONS) as SharedSelection[]) {
      const [from, to] = [absolute(anchor), absolute(head)]
      if (from !== null && to !== null) people.push({ clientId, user, anchor: from, head: to })
    }
  }
  return people
}
