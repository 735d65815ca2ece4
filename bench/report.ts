/** One measured figure; `subject` is ours or a peer. */
export interface Figure {
  readonly suite: string
  readonly scenario: string
  readonly subject: string
  readonly metric: string
  readonly value: number
  readonly unit: string
}

const shown = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(3))

/** One object a line with `--json`, else a table a person can read. */
export function printFigures(figures: readonly Figure[], isJson: boolean): void {
  if (isJson) {
    for (const figure of figures) console.log(JSON.stringify(figure))
    return
  }
  const rows = figures.map((f) => [f.scenario, f.metric, f.subject, `${shown(f.value)} ${f.unit}`])
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0), 0))
  for (const row of rows) console.log(row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
}
