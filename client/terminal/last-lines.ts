import type { IBuffer } from '@xterm/xterm'

/** The last lines of output, joined where the screen had to break them, without the empty ones below. */
export function lastLines(buffer: IBuffer, count: number): string {
  const lines: string[] = []
  let tail = ''
  for (let row = buffer.length - 1; row >= 0 && lines.length < count; row--) {
    const line = buffer.getLine(row)
    if (line === undefined) continue
    const next = buffer.getLine(row + 1)
    // What is broken goes on in the first cell of the next row: the spaces before the break are part of it.
    tail = line.translateToString(next?.isWrapped !== true) + tail
    if (line.isWrapped) continue
    if (tail !== '' || lines.length > 0) lines.push(tail)
    tail = ''
  }
  return lines.toReversed().join('\n')
}
