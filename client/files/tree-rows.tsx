import { useVirtualizer } from '@tanstack/react-virtual'
import { FilePlus } from 'lucide-react'
import {
  type MouseEvent,
  type SyntheticEvent,
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useMessages } from '../platform/i18n.ts'
import { isMac } from '../platform/keys.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ContextMenu, type MenuEntry } from '../ui/menu.tsx'
import { type Drop, uploadDropped, useDropTarget } from './drop-target.ts'
import { entriesMenu, entryMenu } from './entry-menu.ts'
import { listIgnored } from './file-actions.ts'
import { messages } from './locale.ts'
import { folderName, moveEntries } from './move-entries.ts'
import { NameField } from './name-field.tsx'
import { canWrite } from './state.ts'
import { activePath } from './tabs.ts'
import { nameOf, type TreeRow, visibleRows } from './tree.ts'
import { chooseOnly, chooseTo, moveCursor, toggleChosen } from './tree-selection.ts'
import { TreeRowView } from './tree-row.tsx'
import { useTreeKeys } from './use-tree-keys.ts'
import { useBench, useWorkbench } from './workbench.ts'

const ROW = 28
const ROW_TOUCH = 44
const isTouch = window.matchMedia('(pointer: coarse)').matches
const rowHeight = isTouch ? ROW_TOUCH : ROW

/** The rows of the tree: drawn a screenful at a time, chosen one or several, by pointer or by keyboard. */
export function TreeRows() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const tree = useBench((s) => (s.tree.status === 'ready' ? s.tree.tree : null))
  const expanded = useBench((s) => s.expanded)
  const naming = useBench((s) => s.naming)
  const selection = useBench((s) => s.selection)
  const cut = useBench((s) => s.cut)
  const end = useBench((s) => s.end)
  const role = useBench((s) => s.role)
  const isWritable = end === null && canWrite(role)
  const active = useBench((s) => activePath(s.layout))
  const rows = useMemo(() => (tree === null ? [] : visibleRows(tree, expanded)), [tree, expanded])
  const [menu, setMenu] = useState<readonly MenuEntry[]>([])
  const scroller = useRef<HTMLDivElement>(null)
  const lastAt = useRef(0)
  const pressed = useRef<string | null>(null)
  // No compiler memoises here, and what it answers is used only by the drawing that asked.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (i) => rows[i]?.entry.path ?? i,
  })

  const found = rows.findIndex((row) => row.entry.path === selection.cursor)
  // Where the row of the keyboard is gone, the one that took its place is next.
  const at = found >= 0 ? found : Math.min(lastAt.current, Math.max(0, rows.length - 1))
  lastAt.current = at
  const pathAt = (index: number) => rows[Math.min(rows.length - 1, Math.max(0, index))]?.entry.path
  const chosenNow = (): readonly string[] => {
    const known = [...bench.store.getState().selection.chosen].filter((path) => tree?.entries.has(path))
    const path = pathAt(at)
    return known.length > 0 || path === undefined ? known : [path]
  }

  const go = (index: number, how: 'only' | 'range' | 'cursor'): void => {
    const path = pathAt(index)
    if (path === undefined) return
    const before = bench.store.getState().selection
    const paths = rows.map((row) => row.entry.path)
    bench.store.setState({
      selection:
        how === 'only' ? chooseOnly(path) : how === 'range' ? chooseTo(before, paths, path) : moveCursor(before, path),
    })
    virtual.scrollToIndex(paths.indexOf(path))
  }
  const expand = (row: TreeRow, isExpanded: boolean): void => {
    const next = new Set(expanded)
    if (isExpanded) next.add(row.entry.path)
    else next.delete(row.entry.path)
    bench.store.setState({ expanded: next })
    if (isExpanded && row.entry.isIgnored === true) void listIgnored(bench, row.entry.path)
  }
  const act = (row: TreeRow): void => (row.isFolder ? expand(row, !row.isExpanded) : bench.open(row.entry.path))

  // Rows are drawn again only when they change; what a press does is always the newest.
  const press = useRef((_index: number, _event: MouseEvent) => {})
  press.current = (index, event) => {
    const row = rows[index]
    if (row === undefined) return
    const { path } = row.entry
    const before = bench.store.getState().selection
    // The tree stands still under the pointer: a second press must meet the row that the first one met.
    pressed.current = path
    if (isMac ? event.metaKey : event.ctrlKey) return bench.store.setState({ selection: toggleChosen(before, path) })
    if (event.shiftKey) {
      const paths = rows.map((one) => one.entry.path)
      return bench.store.setState({ selection: chooseTo(before, paths, path) })
    }
    bench.store.setState({ selection: chooseOnly(path) })
    act(row)
  }
  const onPress = useCallback((index: number, event: MouseEvent) => press.current(index, event), [])

  /** One menu for the whole tree: about what is chosen, or the row under the pointer where that is not among it. */
  const chooseMenu = (event: SyntheticEvent): void => {
    const under =
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-path]')?.dataset['path'] : undefined
    const path = under ?? pathAt(at)
    const entry = path === undefined ? undefined : tree?.entries.get(path)
    if (path === undefined || entry === undefined) return setMenu([])
    const chosen = chosenNow()
    if (chosen.length > 1 && chosen.includes(path)) return setMenu(entriesMenu(bench, chosen, isWritable))
    // A touch may be the beginning of a scroll, which chooses nothing.
    if (event.type === 'contextmenu') bench.store.setState({ selection: chooseOnly(path) })
    setMenu(entryMenu(bench, entry, isWritable))
  }
  const { drop, handlers } = useDropTarget({
    isEnabled: isWritable,
    onDragStart: (path) => {
      const chosen = chosenNow()
      if (chosen.includes(path)) return chosen
      bench.store.setState({ selection: chooseOnly(path) })
      return [path]
    },
    onUpload: (entries, folder) => void uploadDropped(bench, entries, folder),
    onMove: (paths, folder) => void moveEntries(bench, paths, folder),
  })

  const show = useEffectEvent((path: string) => {
    const index = rows.findIndex((row) => row.entry.path === path)
    // What was pressed here is in sight already.
    if (index >= 0 && pressed.current !== path) virtual.scrollToIndex(index)
    pressed.current = null
  })
  const hasRows = rows.length > 0
  useEffect(() => {
    if (active !== null && hasRows) show(active)
  }, [active, hasRows])

  const onKeyDown = useTreeKeys({
    bench,
    rows,
    at,
    chosen: chosenNow,
    isWritable,
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / rowHeight) - 1),
    go,
    act,
    expand,
    toggle: (row) =>
      bench.store.setState({ selection: toggleChosen(bench.store.getState().selection, row.entry.path) }),
    chooseAll: () => {
      const chosen = new Set(rows.map((row) => row.entry.path))
      bench.store.setState(({ selection: before }) => ({ selection: { ...before, chosen } }))
    },
    giveUp: () => {
      const path = pathAt(at)
      bench.store.setState({ cut: new Set(), ...(path === undefined ? {} : { selection: chooseOnly(path) }) })
    },
  })

  if (!hasRows)
    return (
      <div {...handlers} className="flex-1 px-3">
        <EmptyState
          action={
            isWritable && (
              <Button
                icon={FilePlus}
                onClick={() => bench.store.setState({ naming: { type: 'create', kind: 'file', folder: '' } })}
              >
                {t('tree.newFile')}
              </Button>
            )
          }
        >
          {t(end === null ? 'tree.empty' : 'ended.noFiles')}
        </EmptyState>
      </div>
    )
  return (
    <div className="relative min-h-0 flex-1">
      <ContextMenu entries={menu}>
        <div
          ref={scroller}
          role="tree"
          id="file-tree"
          tabIndex={0}
          aria-label={t('tree.label')}
          aria-multiselectable
          aria-activedescendant={rows[at] ? `tree-${at}` : undefined}
          onKeyDown={onKeyDown}
          {...handlers}
          onContextMenuCapture={chooseMenu}
          onTouchStartCapture={chooseMenu}
          className="group/tree absolute inset-0 overflow-auto outline-offset-[-2px]"
        >
          <div style={{ height: virtual.getTotalSize() }} className="relative">
            {virtual.getVirtualItems().map(({ index, start, size }) => {
              const row = rows[index]
              if (row === undefined) return null
              const { path } = row.entry
              const isRenaming = naming?.type === 'rename' && naming.path === path
              return (
                <div key={path} className="absolute inset-x-0" style={{ top: start, height: size }}>
                  {isRenaming ? (
                    <NameField naming={naming} depth={row.depth} />
                  ) : (
                    <TreeRowView
                      id={`tree-${index}`}
                      row={row}
                      isActive={path === active}
                      isChosen={selection.chosen.has(path)}
                      isCursor={index === at && selection.cursor !== null}
                      isCut={cut.has(path)}
                      isDropTarget={drop !== null && drop.folder === path}
                      isDraggable={isWritable && !isTouch}
                      index={index}
                      onPress={onPress}
                    />
                  )}
                </div>
              )
            })}
          </div>
        </div>
      </ContextMenu>
      {drop !== null && <DropHint drop={drop} />}
    </div>
  )
}

function DropHint({ drop: { folder, moving } }: { drop: Drop }) {
  const t = useMessages(messages)
  const facts = { folder: folderName(folder), name: nameOf(moving?.[0] ?? ''), count: moving?.length ?? 0 }
  return (
    <>
      {folder === '' && (
        <div className="pointer-events-none absolute inset-0 outline-2 -outline-offset-2 outline-accent" />
      )}
      <p
        role="status"
        className="pointer-events-none absolute inset-x-2 bottom-2 rounded-sm bg-raised px-3 py-2 text-12 shadow-float"
      >
        {moving === null
          ? t('tree.dropHere', facts)
          : t(moving.length === 1 ? 'tree.moveHere' : 'tree.moveManyHere', facts)}
      </p>
    </>
  )
}
