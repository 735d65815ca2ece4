import { type KeyboardEvent, useRef } from 'react'
import { isComposingKey, isMac } from '../platform/keys.ts'
import { deleteEntries } from './file-actions.ts'
import { foldForSearch } from './fuzzy.ts'
import { cutEntries, pasteEntries } from './move-entries.ts'
import { parentOf, type TreeRow } from './tree.ts'
import type { Workbench } from './workbench.ts'

const TYPEAHEAD_MS = 700

interface TreeKeys {
  readonly bench: Workbench
  readonly rows: readonly TreeRow[]
  /** where the keyboard is */
  readonly at: number
  readonly chosen: () => readonly string[]
  readonly isWritable: boolean
  /** rows a screenful has */
  readonly page: () => number
  readonly go: (index: number, how: 'only' | 'range' | 'cursor') => void
  readonly act: (row: TreeRow) => void
  readonly expand: (row: TreeRow, isExpanded: boolean) => void
  readonly toggle: (row: TreeRow) => void
  readonly chooseAll: () => void
  readonly giveUp: () => void
}

/** The tree by keyboard alone; by the place of a key, so that a Korean layout does not matter (behaviour 8). */
export function useTreeKeys(keys: TreeKeys): (event: KeyboardEvent) => void {
  const typed = useRef({ text: '', at: 0 })
  return (event) => {
    if (isComposingKey(event.nativeEvent) || event.target !== event.currentTarget || event.altKey) return
    const row = keys.rows[keys.at]
    if (row === undefined) return
    const isMod = isMac ? event.metaKey : event.ctrlKey
    const run = isMod ? withModifier(keys, row, event.code) : plain(keys, row, event)
    if (run !== undefined) {
      event.preventDefault()
      typed.current = { text: '', at: 0 }
      run()
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const now = Date.now()
      typed.current = { text: (now - typed.current.at > TYPEAHEAD_MS ? '' : typed.current.text) + event.key, at: now }
      const found = findByName(keys.rows, keys.at, typed.current.text)
      if (found >= 0) keys.go(found, 'only')
    }
  }
}

function plain(keys: TreeKeys, row: TreeRow, event: KeyboardEvent): (() => void) | undefined {
  const { bench, rows, at, go, act, expand, isWritable } = keys
  const how = event.shiftKey ? 'range' : 'only'
  const all: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(at + 1, how),
    ArrowUp: () => go(at - 1, how),
    PageDown: () => go(at + keys.page(), how),
    PageUp: () => go(at - keys.page(), how),
    Home: () => go(0, how),
    End: () => go(rows.length - 1, how),
    Enter: () => act(row),
    Space: () => act(row),
    ArrowRight: () => (row.isFolder && !row.isExpanded ? expand(row, true) : go(at + 1, 'only')),
    ArrowLeft: () => {
      const parent = rows.findIndex((r) => r.entry.path === parentOf(row.entry.path))
      if (row.isExpanded) expand(row, false)
      else if (parent >= 0) go(parent, 'only')
    },
    Escape: keys.giveUp,
    F2: () => isWritable && bench.store.setState({ naming: { type: 'rename', path: row.entry.path } }),
    Delete: () => isWritable && void deleteEntries(bench, keys.chosen()),
  }
  return all[event.code]
}

function withModifier(keys: TreeKeys, row: TreeRow, code: string): (() => void) | undefined {
  const { bench, at, go, isWritable } = keys
  const all: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(at + 1, 'cursor'),
    ArrowUp: () => go(at - 1, 'cursor'),
    Space: () => keys.toggle(row),
    KeyA: keys.chooseAll,
    KeyX: () => isWritable && cutEntries(bench, keys.chosen()),
    KeyV: () => isWritable && void pasteEntries(bench, row.isFolder ? row.entry.path : parentOf(row.entry.path)),
  }
  return all[code]
}

/** The next row whose name begins so; one letter again goes on to the following. */
function findByName(rows: readonly TreeRow[], at: number, typed: string): number {
  const wanted = foldForSearch(typed)
  const start = at + (typed.length === 1 ? 1 : 0)
  for (let i = 0; i < rows.length; i++) {
    const index = (start + i) % rows.length
    if (foldForSearch(rows[index]?.name ?? '').startsWith(wanted)) return index
  }
  return -1
}
