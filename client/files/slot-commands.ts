import type { Command } from './commands.ts'
import type { IdeContext, IdeSlots } from './slots.ts'

/** Palette entries of other features: showing and hiding their parts, and what they add themselves. */
export const slotCommands = (slots: IdeSlots, ide: IdeContext): Command[] => [
  ...[slots.panel, slots.dock].flatMap((slot) =>
    slot === undefined
      ? []
      : [{ id: `slot-${slot.keys}`, label: slot.label, keys: slot.keys, run: () => slot.setOpen(!slot.isOpen) }],
  ),
  ...(slots.commands?.(ide) ?? []),
]
