import type { PresentPerson } from '#shared/protocol/events.ts'

/** What terminals need of the IDE around them. */
export interface TerminalIde {
  readonly role: string | null
  readonly people: readonly PresentPerson[]
  readonly meId: string
  readonly hasFile: (path: string) => boolean
  readonly openFile: (path: string, line: number | null, column?: number | null) => void
}

export const mayType = (role: string | null): boolean => role === 'owner' || role === 'admin' || role === 'editor'
