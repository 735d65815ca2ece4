import type { IBufferLine, ILink, ILinkProvider, Terminal } from '@xterm/xterm'
import { findLinks, type FoundLink } from './find-links.ts'

/** More wrapped rows than this are data, not a line to be read. */
const MAX_ROWS = 20

interface Place {
  readonly x: number
  readonly y: number
}

/** The line of output that row `y` (from 0) is part of, with the cell of each of its UTF-16 units. */
function lineAt(terminal: Terminal, y: number): { text: string; places: Place[] } {
  const buffer = terminal.buffer.active
  let first = y
  while (first > 0 && y - first < MAX_ROWS && buffer.getLine(first)?.isWrapped === true) first -= 1
  let text = ''
  const places: Place[] = []
  for (let row = first; row - first < MAX_ROWS; row++) {
    const line: IBufferLine | undefined = buffer.getLine(row)
    if (line === undefined || (row > first && !line.isWrapped)) break
    for (let x = 0; x < line.length; x++) {
      const cell = line.getCell(x)
      // The second half of a wide character has no text of its own.
      if (cell === undefined || cell.getWidth() === 0) continue
      const chars = cell.getChars() || ' '
      for (let i = 0; i < chars.length; i++) places.push({ x: x + cell.getWidth(), y: row + 1 })
      text += chars
    }
  }
  return { text, places }
}

interface Options {
  readonly terminal: Terminal
  readonly toPath: (word: string) => string | null
  readonly onFile: (link: Extract<FoundLink, { type: 'file' }>) => void
  readonly onWeb: (url: string) => void
}

/** Underlines addresses and files of the workspace under the pointer, and opens them. */
export function createLinkProvider({ terminal, toPath, onFile, onWeb }: Options): ILinkProvider {
  return {
    provideLinks(row, done) {
      const { text, places } = lineAt(terminal, row - 1)
      const links = findLinks(text, toPath).flatMap((found): ILink[] => {
        const start = places[found.start]
        const before = places[found.start - 1]
        const end = places[found.end - 1]
        if (start === undefined || end === undefined || row < start.y || row > end.y) return []
        // A place is the last cell of its character; a link starts after the one before it.
        const x = before !== undefined && before.y === start.y ? before.x + 1 : 1
        return [
          {
            text: text.slice(found.start, found.end),
            range: { start: { x, y: start.y }, end },
            activate: () => (found.type === 'web' ? onWeb(found.url) : onFile(found)),
          },
        ]
      })
      done(links.length === 0 ? undefined : links)
    },
  }
}
