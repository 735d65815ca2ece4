import type { CoreLine, XtermCore } from './xterm-core.ts'

const isEmpty = (record: Readonly<Record<number, unknown>>): boolean => {
  for (const _ in record) return false
  return true
}

const isPlain = (line: CoreLine): boolean => isEmpty(line._combined) && isEmpty(line._extendedAttrs)

const done = new WeakSet()

/**
 * Once its scrollback is full, xterm makes the line that leaves at the top the blank one at the bottom, with two new
 * objects each time. They live for five thousand lines, long enough for the browser to give young objects ever more
 * room. Those of a plain line are as empty as new ones, and stay.
 */
export function reuseLines(core: XtermCore): void {
  const line = core.buffer.lines.get(0)
  const kind = line === undefined ? null : (Object.getPrototypeOf(line) as CoreLine)
  // All terminals of the page share it.
  if (kind === null || done.has(kind)) return
  done.add(kind)
  const { copyFrom } = kind
  kind.copyFrom = function (this: CoreLine, from) {
    if (this.length !== from.length || !isPlain(this) || !isPlain(from)) return copyFrom.call(this, from)
    this._data.set(from._data)
    this.isWrapped = from.isWrapped
  }
}
