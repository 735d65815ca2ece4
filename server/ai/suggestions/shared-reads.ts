/**
 * Everyone who looks at one document fetches the same after each change. Those who ask while a reading is under way
 * share the one that follows it: the one under way may have begun before the change they heard of.
 */
export function createSharedReads<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const current = new Map<string, Promise<T>>()
  const next = new Map<string, Promise<T>>()

  const begin = (key: string, read: () => Promise<T>): Promise<T> => {
    const reading = read()
    current.set(key, reading)
    const end = (): void => void (current.get(key) === reading && current.delete(key))
    reading.then(end, end)
    return reading
  }

  return (key, read) => {
    const underWay = current.get(key)
    if (underWay === undefined) return begin(key, read)
    const waiting = next.get(key)
    if (waiting !== undefined) return waiting
    const following = underWay
      .catch(() => undefined)
      .then(() => {
        next.delete(key)
        return begin(key, read)
      })
    next.set(key, following)
    return following
  }
}
