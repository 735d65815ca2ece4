import { memo } from 'react'
import { Columns2, TriangleAlert, X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { useMessages } from '../platform/i18n.ts'
import type { DocumentState } from '../sync/document-state.ts'
import { cx } from '../ui/class-names.ts'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { ContextMenu } from '../ui/menu.tsx'
import { copyText } from './file-actions.ts'
import { messages } from './locale.ts'
import { diskOf } from './state.ts'
import { closeTab, type Group, moveTab, openTab, splitGroup } from './tabs.ts'
import { nameOf } from './tree.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** Of a tab under way; files of the desktop and entries of the tree have other types. */
const TAB_TYPE = 'application/x-pairloom-tab'

/** The open files of one group. A dot: not yet durable. A ring: durable, not yet on disk. */
export const TabStrip = memo(function TabStrip({ group, isActive }: { group: Group; isActive: boolean }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.code === 'Delete' && group.active !== null) return bench.close(group.active, group.id)
    const at = group.active === null ? 0 : group.tabs.indexOf(group.active)
    const step = event.code === 'ArrowRight' ? 1 : event.code === 'ArrowLeft' ? -1 : 0
    const next = group.tabs[(at + step + group.tabs.length) % group.tabs.length]
    if (step === 0 || next === undefined) return
    event.preventDefault()
    bench.setLayout(openTab(bench.store.getState().layout, group.id, next))
    document.getElementById(`tab-${group.id}-${next}`)?.focus()
  }
  return (
    <div className="flex h-9 shrink-0 border-b border-line bg-side">
      <div
        role="tablist"
        aria-label={t('tabs.label')}
        onKeyDown={onKeyDown}
        className="flex min-w-0 flex-1 overflow-x-auto [scrollbar-width:none]"
      >
        {group.tabs.map((path) => (
          <Tab key={path} path={path} group={group} isGroupActive={isActive} />
        ))}
      </div>
      {group.active !== null && (
        <IconButton
          icon={Columns2}
          label={t('tabs.split')}
          className="m-1 max-[900px]:hidden"
          onClick={() => bench.setLayout(splitGroup(bench.store.getState().layout, group.id, group.active))}
        />
      )}
    </div>
  )
})

function Tab({ path, group, isGroupActive }: { path: string; group: Group; isGroupActive: boolean }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const isSelected = group.active === path
  const name = nameOf(path)
  const close = (): void => bench.close(path, group.id)
  const closeMany = (paths: readonly string[]): void =>
    bench.setLayout(paths.reduce((layout, p) => closeTab(layout, group.id, p), bench.store.getState().layout))
  return (
    <ContextMenu
      entries={[
        { type: 'item', label: t('tabs.close', { name }), run: close },
        {
          type: 'item',
          label: t('tabs.closeOthers'),
          isDisabled: group.tabs.length < 2,
          run: () => closeMany(group.tabs.filter((p) => p !== path)),
        },
        { type: 'item', label: t('tabs.closeAll'), run: () => closeMany(group.tabs) },
        { type: 'separator' },
        {
          type: 'item',
          label: t('tabs.split'),
          icon: Columns2,
          run: () => bench.setLayout(splitGroup(bench.store.getState().layout, group.id, path)),
        },
        { type: 'item', label: t('tree.copyPath'), run: () => void copyText(path) },
      ]}
    >
      <div
        className={cx(
          'group/tab relative flex h-full shrink-0 items-center border-r border-line pr-1',
          isSelected ? 'bg-surface text-ink' : 'text-muted hover:text-ink',
          isSelected && isGroupActive && 'shadow-[inset_0_2px_var(--accent)]',
        )}
        draggable
        data-tab={path}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move'
          event.dataTransfer.setData(TAB_TYPE, path)
        }}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes(TAB_TYPE)) event.preventDefault()
        }}
        onDrop={(event) => {
          const dropped = event.dataTransfer.getData(TAB_TYPE)
          if (dropped === '') return
          event.preventDefault()
          bench.setLayout(moveTab(bench.store.getState().layout, group.id, dropped, group.tabs.indexOf(path)))
        }}
        onAuxClick={(event) => {
          if (event.button === 1) close()
        }}
      >
        <TabButton path={path} group={group} />
        <button
          type="button"
          // A tablist holds tabs alone; by keyboard a tab closes with Delete, the command or its menu.
          tabIndex={-1}
          aria-hidden
          title={t('tabs.close', { name })}
          onClick={close}
          className={cx(
            'grid size-5 place-content-center rounded-sm hover:bg-hover pointer-coarse:size-9',
            !isSelected && 'opacity-0 group-hover/tab:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100',
          )}
        >
          <Icon of={X} />
        </button>
      </div>
    </ContextMenu>
  )
}

/** Where it has ended, nothing is on its way any more: only what was typed and not saved. */
const isPendingAt = (state: DocumentState): boolean =>
  state.status === 'saving' || state.status === 'offline' || (state.status === 'ended' && state.edits > 0)

/** Apart from the tab's menu, which need not be drawn anew when the mark for unsaved edits comes and goes. */
function TabButton({ path, group }: { path: string; group: Group }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const file = useBench((s) => s.files[path])
  const isPending = useBench(() => file?.status === 'open' && isPendingAt(file.said()))
  const disk = useBench((s) => (file?.status === 'open' ? diskOf(s, file.session.documentId) : undefined))
  const isSelected = group.active === path
  const isTwin = group.tabs.some((other) => other !== path && nameOf(other) === nameOf(path))
  const name = nameOf(path)
  const remark = useBench((s) => s.notes.get(path)) ?? null
  const isGone = file?.status === 'open' && file.isGone
  const note = isPending
    ? t('tabs.pending')
    : isGone
      ? t('tabs.gone')
      : disk === 'writing' || disk === 'failed'
        ? t('tabs.notOnDisk')
        : null
  const said = [remark, note].filter((one) => one !== null)
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${group.id}-${path}`}
      aria-selected={isSelected}
      aria-controls={`editor-${group.id}`}
      aria-keyshortcuts="Delete"
      aria-label={[name, ...said].join(', ')}
      tabIndex={isSelected ? 0 : -1}
      title={[path, ...said].join(' · ')}
      onClick={() => bench.open(path, { group: group.id })}
      className="flex h-full items-center gap-2 pr-1 pl-3 outline-offset-[-2px]"
    >
      <span className={cx('max-w-52 truncate', isGone && 'line-through')}>{name}</span>
      {isTwin && <span className="max-w-32 truncate text-12 text-muted">{path.slice(0, -name.length - 1)}</span>}
      {remark !== null && <Icon of={TriangleAlert} className="shrink-0 text-warning" />}
      <span aria-hidden className="w-2 text-center">
        {note !== null && (
          <i className={cx('block size-2 rounded-full', isPending ? 'bg-warning' : 'border-2 border-control')} />
        )}
      </span>
    </button>
  )
}
