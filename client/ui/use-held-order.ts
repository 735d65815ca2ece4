import { useRef, useState } from 'react'

/** The rows in the order they had; those that are new come last, in theirs. */
export function heldOrder<Row>(
  rows: readonly Row[],
  order: readonly string[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const placeOf = new Map(order.map((key, place) => [key, place]))
  const place = (row: Row) => placeOf.get(keyOf(row)) ?? order.length
  return rows.toSorted((a, b) => place(a) - place(b))
}

/**
 * Keeps rows where they are while the pointer or the focus is among them, so that no update moves one away from
 * under it (behaviour 24). Give `holder` to the element around them.
 */
export function useHeldOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string) {
  const [isHeld, setHeld] = useState({ pointer: false, focus: false })
  const order = useRef<readonly string[]>([])
  const shown = isHeld.pointer || isHeld.focus ? heldOrder(rows, order.current, keyOf) : rows
  order.current = shown.map(keyOf)
  return {
    rows: shown,
    holder: {
      onPointerEnter: () => setHeld((held) => ({ ...held, pointer: true })),
      onPointerLeave: () => setHeld((held) => ({ ...held, pointer: false })),
      onFocus: () => setHeld((held) => ({ ...held, focus: true })),
      onBlur: () => setHeld((held) => ({ ...held, focus: false })),
    },
  }
}
