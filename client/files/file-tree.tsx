import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronsDownUp, FilePlus, FolderPlus, Upload } from 'lucide-react'
import { type KeyboardEvent, type SyntheticEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { isComposingKey } from '../platform/keys.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { ContextMenu } from '../ui/menu.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { messages } from './locale.ts'
import { NameField } from './name-field.tsx'
import { canWrite } from './state.ts'
import { activePath } from './tabs.ts'
import { childrenOf, nameOf, parentOf, type TreeRow, visibleRows } from './tree.ts'
import { TreeRowView } from './tree-row.tsx'
import { entryMenu } from './entry-menu.ts'
import { deleteEntry, pickFiles } from './file-actions.ts'
import { uploadDropped, useDropTarget } from './drop-target.ts'
import { foldForSearch } from './fuzzy.ts'
import { useBench, useWorkbench } from './workbench.ts'

const ROW = 28
const ROW_TOUCH = 44
const isTouch = window.matchMedia('(pointer: coarse)').matches
const TYPEAHEAD_MS = 700

/** The workspace's files: drawn a screenful at a time, usable by keyboard alone. */
export function FileTree() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const state = useBench((s) => s.tree)
  const role = useBench((s) => s.role)
  const naming = useBench((s) => s.naming)
  const focusedFolder = useRef('')
  const startNaming = (kind: 'file' | 'folder') =>
    bench.store.setState({ naming: { type: 'create', kind, folder: focusedFolder.current } })
  return (
    <section aria-label={t('tree.label')} className="flex h-full min-h-0 flex-col bg-side">
      <header className="flex h-9 shrink-0 items-center gap-0.5 pr-1 pl-3">
        <h2 className="flex-1 truncate text-13 font-semibold">{t('tree.label')}</h2>
        {canWrite(role) && (
          <>
            <IconButton icon={FilePlus} label={t('tree.newFile')} onClick={() => startNaming('file')} />
            <IconButton icon={FolderPlus} label={t('tree.newFolder')} onClick={() => startNaming('folder')} />
            <IconButton
              icon={Upload}
              label={t('tree.upload')}
              onClick={() => pickFiles(bench, focusedFolder.current)}
            />
          </>
        )}
        <IconButton
          icon={ChevronsDownUp}
          label={t('tree.collapse')}
          onClick={() => bench.store.setState({ expanded: new Set() })}
        />
      </header>
      {naming?.type === 'create' && <NameField naming={naming} />}
      {state.status === 'loading' && (
        <div className="px-3">
          <Skeleton rows={6} />
        </div>
      )}
      {state.status === 'failed' && (
        <div className="grid gap-2 px-3">
          <Notice tone="error">
            {t('tree.failed')} {describeError(state.error)}
          </Notice>
          <Button onClick={() => void bench.live.reloadTree()}>{common.t('action.retry')}</Button>
        </div>
      )}
      {state.status === 'ready' && <Rows onFolder={(folder) => (focusedFolder.current = folder)} />}
    </section>
  )
}

function Rows({ onFolder }: { onFolder: (folder: string) => void }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const tree = useBench((s) => (s.tree.status === 'ready' ? s.tree.tree : null))
  const expanded = useBench((s) => s.expanded)
  const naming = useBench((s) => s.naming)
  const role = useBench((s) => s.role)
  const active = useBench((s) => activePath(s.layout))
  const children = useMemo(() => (tree === null ? null : childrenOf(tree)), [tree])
  const rows = useMemo(() => (children === null ? [] : visibleRows(children, expanded)), [children, expanded])
  const [cursor, setCursor] = useState<string | null>(null)
  const [menuPath, setMenuPath] = useState<string | null>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  const { dropFolder, handlers } = useDropTarget(
    canWrite(role),
    (items, folder) => void uploadDropped(bench, items, folder),
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isTouch ? ROW_TOUCH : ROW),
    overscan: 12,
    getItemKey: (i) => rows[i]?.entry.path ?? i,
  })

  const at = Math.max(
    0,
    rows.findIndex((row) => row.entry.path === cursor),
  )
  const go = (index: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))]
    if (row === undefined) return
    setCursor(row.entry.path)
    onFolder(row.isFolder ? row.entry.path : parentOf(row.entry.path))
    virtual.scrollToIndex(rows.indexOf(row))
  }
  const toggle = (row: TreeRow, open: boolean = !row.isExpanded): void => {
    const next = new Set(expanded)
    if (open) next.add(row.entry.path)
    else next.delete(row.entry.path)
    bench.store.setState({ expanded: next })
    if (open && row.entry.isIgnored === true) void bench.live.listFolder(row.entry.path).catch(() => undefined)
  }
  const act = (row: TreeRow): void => (row.isFolder ? toggle(row) : bench.open(row.entry.path))

  // Rows are drawn again only when they change; what a press does is always the newest.
  const press = useRef((_index: number) => {})
  press.current = (index) => {
    const row = rows[index]
    if (row === undefined) return
    go(index)
    act(row)
  }
  const onPress = useCallback((index: number) => press.current(index), [])
  /** One menu for the whole tree, about the row under the pointer, or the one the keyboard is on. */
  const chooseMenu = (event: SyntheticEvent): void => {
    const path =
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-path]')?.dataset['path'] : undefined
    const index = path === undefined ? at : rows.findIndex((row) => row.entry.path === path)
    // A touch may be the beginning of a scroll, which must not be moved.
    if (event.type === 'contextmenu') go(index)
    setMenuPath(rows[index]?.entry.path ?? null)
  }
  const menuEntry = menuPath === null ? undefined : tree?.entries.get(menuPath)

  // Coming to another file by any way shows where it is.
  useEffect(() => {
    if (active === null) return
    setCursor(active)
    const index = rows.findIndex((row) => row.entry.path === active)
    if (index >= 0) virtual.scrollToIndex(index)
    // Only a change of the file moves the tree, not each new entry.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [active])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposingKey(event.nativeEvent) || event.target !== scroller.current) return
    const row = rows[at]
    if (row === undefined) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / ROW) - 1)
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      PageDown: () => go(at + page),
      PageUp: () => go(at - page),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      Enter: () => act(row),
      Space: () => act(row),
      ArrowRight: () => (row.isFolder && !row.isExpanded ? toggle(row, true) : go(at + 1)),
      ArrowLeft: () =>
        row.isExpanded ? toggle(row, false) : go(rows.findIndex((r) => r.entry.path === parentOf(row.entry.path))),
      F2: () => canWrite(role) && bench.store.setState({ naming: { type: 'rename', path: row.entry.path } }),
      Delete: () => canWrite(role) && void deleteEntry(bench, row.entry.path),
    }
    const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.code]
    if (run !== undefined) {
      event.preventDefault()
      run()
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const now = Date.now()
      typed.current = { text: (now - typed.current.at > TYPEAHEAD_MS ? '' : typed.current.text) + event.key, at: now }
      const wanted = foldForSearch(typed.current.text)
      const found = [...rows.slice(at + (typed.current.text.length === 1 ? 1 : 0)), ...rows].find((r) =>
        foldForSearch(r.name).startsWith(wanted),
      )
      if (found) go(rows.indexOf(found))
    }
  }

  if (rows.length === 0)
    return (
      <div {...handlers} className="flex-1 px-3">
        <EmptyState
          action={
            canWrite(role) && (
              <Button
                icon={FilePlus}
                onClick={() => bench.store.setState({ naming: { type: 'create', kind: 'file', folder: '' } })}
              >
                {t('tree.newFile')}
              </Button>
            )
          }
        >
          {t('tree.empty')}
        </EmptyState>
      </div>
    )
  return (
    <div className="relative min-h-0 flex-1">
      <ContextMenu entries={menuEntry === undefined ? [] : entryMenu(bench, menuEntry, canWrite(role))}>
        <div
          ref={scroller}
          role="tree"
          id="file-tree"
          tabIndex={0}
          aria-label={t('tree.label')}
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
              const isRenaming = naming?.type === 'rename' && naming.path === row.entry.path
              return (
                <div key={row.entry.path} className="absolute inset-x-0" style={{ top: start, height: size }}>
                  {isRenaming ? (
                    <NameField naming={naming} depth={row.depth} />
                  ) : (
                    <TreeRowView
                      id={`tree-${index}`}
                      row={row}
                      isActive={row.entry.path === active}
                      isCursor={index === at && cursor !== null}
                      isDropTarget={dropFolder !== null && dropFolder === row.entry.path}
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
      {dropFolder !== null && (
        <p
          role="status"
          className="pointer-events-none absolute inset-x-2 bottom-2 rounded-sm bg-raised px-3 py-2 text-12 shadow-float"
        >
          {t('tree.dropHere', { folder: dropFolder === '' ? t('tree.root') : nameOf(dropFolder) })}
        </p>
      )}
    </div>
  )
}
