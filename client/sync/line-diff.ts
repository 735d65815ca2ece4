/** Lines `from` to `to` (exclusive) of the old text became `lines`. */
export interface LineChange {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

const MAX_COST = 2_000

/** Myers' O(ND) walk: for each number of edits, the farthest point on each diagonal. Null where too different. */
function trace(a: readonly string[], b: readonly string[]): Map<number, number>[] | null {
  const history: Map<number, number>[] = []
  let frontier = new Map([[1, 0]])
  for (let d = 0; d <= Math.min(a.length + b.length, MAX_COST); d++) {
    const next = new Map<number, number>()
    history.push(frontier)
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1))
      let x = down ? (frontier.get(k + 1) ?? 0) : (frontier.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      next.set(k, x)
      if (x >= a.length && x - k >= b.length) return [...history, next]
    }
    frontier = next
  }
  return null
}

/** The pairs of equal lines, in order. */
function matches(a: readonly string[], b: readonly string[]): [number, number][] {
  const history = trace(a, b)
  if (history === null) return []
  const pairs: [number, number][] = []
  let [x, y] = [a.length, b.length]
  for (let d = history.length - 2; d >= 0; d--) {
    const frontier = history[d] ?? new Map<number, number>()
    const k = x - y
    const down = k === -d || (k !== d && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1))
    const px = frontier.get(down ? k + 1 : k - 1) ?? 0
    const py = px - (down ? k + 1 : k - 1)
    while (x > px && y > py && x > 0 && y > 0 && a[x - 1] === b[y - 1]) pairs.push([--x, --y])
    if (d > 0) [x, y] = [px, py]
  }
  return pairs.toReversed()
}

/** The changes that lead from one text to the other, by lines, in order. */
export function diffLines(before: readonly string[], after: readonly string[]): LineChange[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let tail = 0
  while (tail < before.length - start && tail < after.length - start && before.at(-1 - tail) === after.at(-1 - tail))
    tail += 1
  const a = before.slice(start, before.length - tail)
  const b = after.slice(start, after.length - tail)
  const changes: LineChange[] = []
  let [x, y] = [0, 0]
  for (const [mx, my] of [...matches(a, b), [a.length, b.length] as const]) {
    if (mx > x || my > y) changes.push({ from: start + x, to: start + mx, lines: b.slice(y, my) })
    ;[x, y] = [mx + 1, my + 1]
  }
  return changes
}
