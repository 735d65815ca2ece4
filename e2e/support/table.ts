/** Columns of equal width; numbers to the right. */
export function formatTable(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {})
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))]
  const widths = names.map((_, i) => Math.max(...cells.map((line) => [...(line[i] ?? '')].length)))
  const isNumber = names.map((name) => rows.every((row) => typeof row[name] === 'number'))
  const pad = (text: string, i: number) => {
    const gap = ' '.repeat(Math.max(0, (widths[i] ?? 0) - [...text].length))
    return isNumber[i] === true ? gap + text : text + gap
  }
  return cells.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}
