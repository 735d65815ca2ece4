/**
 * Which clocks of which client are deleted: sorted, merged half-open ranges, flat as [start, end, start, end, …].
 * Deletes do not change a state vector, so novelty of a delete can only be judged from these.
 */
export class DeleteRanges {
  readonly clients = new Map<number, number[]>()
  /** deleted units in all */
  total = 0

  get isEmpty(): boolean {
    return this.clients.size === 0
  }

  add(client: number, start: number, end: number): void {
    let ranges = this.clients.get(client)
    if (ranges === undefined) {
      ranges = []
      this.clients.set(client, ranges)
    }
    const length = ranges.length
    if (length === 0 || start > (ranges[length - 1] as number)) {
      ranges.push(start, end)
      this.total += end - start
      return
    }
    // The ranges that touch [start, end] are replaced by their union with it.
    let first = firstEndingAtOrAfter(ranges, start)
    let last = first
    let low = start
    let high = end
    while (last < length && (ranges[last] as number) <= end) {
      low = Math.min(low, ranges[last] as number)
      high = Math.max(high, ranges[last + 1] as number)
      this.total -= (ranges[last + 1] as number) - (ranges[last] as number)
      last += 2
    }
    this.total += high - low
    if (last - first === 2) {
      ranges[first++] = low
      ranges[first] = high
    } else ranges.splice(first, last - first, low, high)
  }

  /** Appends to `out`, as [client, start, end] triples, the parts of the range that are not deleted yet. */
  collectUnknown(client: number, start: number, end: number, out: number[]): void {
    const ranges = this.clients.get(client)
    let from = start
    if (ranges !== undefined) {
      for (let i = firstEndingAtOrAfter(ranges, start); i < ranges.length && from < end; i += 2) {
        const low = ranges[i] as number
        if (low >= end) break
        if (low > from) out.push(client, from, low)
        from = Math.max(from, ranges[i + 1] as number)
      }
    }
    if (from < end) out.push(client, from, end)
  }

  addTriples(triples: readonly number[]): void {
    for (let i = 0; i < triples.length; i += 3) {
      this.add(triples[i] as number, triples[i + 1] as number, triples[i + 2] as number)
    }
  }
}

/** Index of the first range whose end is at or after `clock`; ranges.length where there is none. */
function firstEndingAtOrAfter(ranges: readonly number[], clock: number): number {
  let low = 0
  let high = ranges.length >> 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle * 2 + 1] as number) < clock) low = middle + 1
    else high = middle
  }
  return low * 2
}
