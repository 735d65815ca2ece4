import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { PresentPerson } from '#shared/protocol/events.ts'
import type { MountedEditor } from '../editor/code-editor.tsx'
import type { Command } from './commands.ts'

/** The text of the file that is shown, as it is now. */
export interface ShownText {
  readonly isReadOnly: () => boolean
  readonly read: () => string
  readonly subscribe: (listener: () => void) => () => void
  /** Makes it this text: an edit of the person's own, which they undo as any other. */
  readonly replace: (text: string) => void
}

/** What the IDE tells the parts of other features that it shows. */
export interface IdeContext {
  readonly workspaceId: string
  /** null until it is known */
  readonly role: string | null
  readonly people: readonly PresentPerson[]
  readonly meId: string
  /** the path of the file that is shown */
  readonly path: string | null
  /** of that file, once it is open */
  readonly documentId: string | null
  /** null until it can be read */
  readonly shownText: () => ShownText | null
  readonly hasFile: (path: string) => boolean
  /** paths of files that fit what was typed, the best first; ignored ones are left out */
  readonly findFiles: (query: string) => readonly string[]
  readonly openFile: (path: string, line: number | null, column?: number | null) => void
  /** Resolves when what was typed here, or in one document, is durable, or cannot be for now: false. Within seconds. */
  readonly whenSaved: (documentId?: string) => Promise<boolean>
  readonly focusEditor: () => void
}

/** A part with a place of its own, which people show and hide. */
export interface Slot {
  readonly label: string
  readonly icon: LucideIcon
  readonly keys: string
  /** drawn at its button where there is something; the label says it too */
  readonly count?: number
  readonly isOpen: boolean
  readonly setOpen: (isOpen: boolean) => void
  /** whom it is offered to, once their role is known; everybody where this is left out */
  readonly isFor?: (role: string) => boolean
  /** What its keys and its command do, where that is more than showing and hiding it. */
  readonly toggle?: () => void
  readonly render: (ide: IdeContext) => ReactNode
}

/** The parts of other features in the IDE, which client/app puts in their places. */
export interface IdeSlots {
  /** in the place of the files, one at a time */
  readonly sides?: readonly Slot[]
  /** over the editor that has the focus; null leaves it alone */
  readonly cover?: (ide: IdeContext) => ReactNode
  /** below the editors */
  readonly panel?: Slot
  /** at the right of the editors, one at a time */
  readonly docks?: readonly Slot[]
  /** above the text of a document, in each editor of it */
  readonly above?: (documentId: string) => ReactNode
  /** what is to be said of files in the tree and at their tabs, in a few words, by path */
  readonly notes?: ReadonlyMap<string, string>
  /** inside each editor */
  readonly inEditor?: (ide: IdeContext, mounted: MountedEditor) => ReactNode
  /** over everything: dialogs that must outlive the part that opened them */
  readonly over?: (ide: IdeContext) => ReactNode
  /** in the top bar, before the people */
  readonly top?: (ide: IdeContext) => ReactNode
  /** more entries of the palette */
  readonly commands?: (ide: IdeContext) => readonly Command[]
}

export const NO_SLOTS: IdeSlots = {}

/** Only what works for this role. */
export function slotsFor(slots: IdeSlots, role: string | null): IdeSlots {
  const { panel, docks, ...rest } = slots
  const isFor = (slot: Slot): boolean => slot.isFor === undefined || (role !== null && slot.isFor(role))
  return {
    ...rest,
    ...(panel !== undefined && isFor(panel) ? { panel } : {}),
    ...(docks === undefined ? {} : { docks: docks.filter(isFor) }),
  }
}

/** Shows or hides a part; another one in the same place gives way. */
export function toggleSlot({ docks = [], sides = [] }: IdeSlots, slot: Slot): void {
  const isOpen = !slot.isOpen
  const place = [docks, sides].find((slots) => slots.includes(slot)) ?? []
  if (isOpen) for (const other of place) if (other.isOpen) other.setOpen(false)
  slot.setOpen(isOpen)
}
