import { isInside, joinPath, nameOf, parentOf } from './tree.ts'

/** What is chosen in the tree. Immutable. */
export interface TreeSelection {
  /** where the keyboard is */
  readonly cursor: string | null
  /** where a range begins */
  readonly anchor: string | null
  readonly chosen: ReadonlySet<string>
}

export const nothingChosen: TreeSelection = { cursor: null, anchor: null, chosen: new Set() }

export const chooseOnly = (path: string): TreeSelection => ({ cursor: path, anchor: path, chosen: new Set([path]) })

export const moveCursor = (selection: TreeSelection, path: string): TreeSelection => ({ ...selection, cursor: path })

/** Adds one to what is chosen, or takes it out. */
export function toggleChosen({ chosen }: TreeSelection, path: string): TreeSelection {
  const next = new Set(chosen)
  if (!next.delete(path)) next.add(path)
  return { cursor: path, anchor: path, chosen: next }
}

/** Everything from where the range began to this row. */
export function chooseTo(selection: TreeSelection, rows: readonly string[], path: string): TreeSelection {
  const to = rows.indexOf(path)
  const from = selection.anchor === null ? to : rows.indexOf(selection.anchor)
  if (to < 0 || from < 0) return chooseOnly(path)
  const chosen = new Set(rows.slice(Math.min(from, to), Math.max(from, to) + 1))
  return { cursor: path, anchor: selection.anchor ?? path, chosen }
}

/** Paths without those that lie in a folder among them, which goes along anyway. */
export function outermost(paths: Iterable<string>): string[] {
  const kept: string[] = []
  // By code units a folder comes before what is in it, though not always directly before.
  for (const path of [...paths].toSorted()) if (!kept.some((outer) => isInside(path, outer))) kept.push(path)
  return kept
}

/** From and to of what a move into this folder changes; a folder cannot go into itself. */
export const planMove = (paths: Iterable<string>, folder: string): { from: string; to: string }[] =>
  outermost(paths)
    .filter((path) => parentOf(path) !== folder && !isInside(folder, path))
    .map((from) => ({ from, to: joinPath(folder, nameOf(from)) }))
