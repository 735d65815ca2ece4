import type { Command } from './commands.ts'
import { type IdeContext, type IdeSlots, toggleSlot } from './slots.ts'

/**
 * Palette entries of other features: showing and hiding their parts, and what they add themselves. Nobody has any before
 * their role is known, or once they have none any more.
 */
export const slotCommands = (slots: IdeSlots, ide: IdeContext): Command[] =>
  ide.role === null
    ? []
    : [
        ...[...(slots.sides ?? []), slots.panel, ...(slots.docks ?? [])].flatMap((slot) =>
          slot === undefined
            ? []
            : [
                {
                  id: `slot-${slot.keys}`,
                  label: slot.label,
                  keys: slot.keys,
                  run: slot.toggle ?? (() => toggleSlot(slots, slot)),
                },
              ],
        ),
        ...(slots.commands?.(ide) ?? []),
      ]
