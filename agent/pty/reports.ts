/**
 * What terminals answer to programs, without the ESC before and the terminator after: device attributes, status,
 * cursor, modes, colours, strings. A cursor report in the first row reads like a function key with modifiers, which
 * people press.
 */
const REPORTS: readonly RegExp[] = [
  /^\[[?>=][\d;]*c$/,
  /^\[\d+n$/,
  /^\[\??(?!1;)\d+;\d+R$/,
  /^\[\??[\d;]+\$y$/,
  /^\][\d;]+rgba?:[\da-f/]+$/i,
  /^P/,
]

/**
 * Whether a browser answered a program's question. Several look at one terminal, so their answers would be many; the
 * screen in the agent gives the one.
 */
export function isTerminalReport(data: string): boolean {
  if (!data.startsWith('\x1b')) return false
  const isString = data.endsWith('\x07') || data.endsWith('\x1b\\')
  const body = data.slice(1, isString ? (data.endsWith('\x07') ? -1 : -2) : undefined)
  // Alt-Shift-P is an ESC and a P, and has no terminator.
  if (body.startsWith('P') && !isString) return false
  return !body.includes('\x1b') && REPORTS.some((report) => report.test(body))
}
