import { ChevronDown, ChevronRight, TriangleAlert } from 'lucide-react'
import { memo, type MouseEvent, useMemo } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { personColor } from '../ui/avatar.tsx'
import { cx } from '../ui/class-names.ts'
import { Icon } from '../ui/icon.tsx'
import { messages } from './locale.ts'
import { isInside, type TreeRow } from './tree.ts'
import { useBench, useWorkbench } from './workbench.ts'

interface Props {
  readonly id: string
  readonly row: TreeRow
  readonly isActive: boolean
  readonly isChosen: boolean
  readonly isCursor: boolean
  readonly isCut: boolean
  readonly isDropTarget: boolean
  readonly isDraggable: boolean
  readonly index: number
  readonly onPress: (index: number, event: MouseEvent) => void
}

/** One file or folder, with a dot for each colleague who looks at it (or into it, while it is closed). */
export const TreeRowView = memo(function TreeRowView({
  id,
  row,
  isActive,
  isChosen,
  isCursor,
  isCut,
  isDropTarget,
  isDraggable,
  index,
  onPress,
}: Props) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const people = useBench((s) => s.people)
  const { path } = row.entry
  const here = useMemo(
    () =>
      people.filter(
        (p) =>
          p.id !== bench.me.id &&
          p.paths.some((open) => open === path || (row.isFolder && !row.isExpanded && isInside(open, path))),
      ),
    [people, path, row.isFolder, row.isExpanded, bench.me.id],
  )
  const mark = useBench((s) => s.diskMarks.get(path))
  const news = mark === undefined ? null : t(`tree.${mark.kind}By.${mark.by}`)
  const remark = useBench(({ notes }) => {
    if (notes.size === 0 || (row.isFolder && row.isExpanded)) return undefined
    return row.isFolder ? [...notes].find(([file]) => isInside(file, path))?.[1] : notes.get(path)
  })
  const names = here.map((p) => p.name).join(', ')
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-selected={isChosen}
      aria-current={isActive || undefined}
      {...(row.isFolder ? { 'aria-expanded': row.isExpanded } : {})}
      aria-label={[
        row.name,
        ...(here.length > 0 ? [t('tree.here', { names })] : []),
        ...(remark === undefined ? [] : [remark]),
        ...(news === null ? [] : [news]),
      ].join(', ')}
      data-path={path}
      data-folder={row.isFolder || undefined}
      draggable={isDraggable}
      onClick={(event) => onPress(index, event)}
      style={{ paddingLeft: 8 + row.depth * 14 }}
      className={cx(
        'flex h-full cursor-default items-center gap-1 pr-3 select-none hover:bg-hover',
        isActive && 'font-semibold',
        isChosen && 'bg-active hover:bg-active',
        isCut && 'opacity-55',
        isCursor &&
          'group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-accent',
        isDropTarget && 'bg-active outline-2 -outline-offset-2 outline-accent',
        row.entry.isIgnored === true && 'text-muted',
        mark !== undefined && 'disk-mark',
      )}
    >
      {row.isFolder ? (
        <Icon of={row.isExpanded ? ChevronDown : ChevronRight} className="shrink-0 text-muted" />
      ) : (
        <span className="w-4 shrink-0" />
      )}
      <span className="min-w-0 flex-1 truncate" title={path}>
        {row.name}
      </span>
      {news !== null && (
        <span className="shrink-0 truncate text-12 font-normal text-muted" data-testid="disk-mark">
          {news}
        </span>
      )}
      {remark !== undefined && (
        <span className="flex shrink-0" title={remark}>
          <Icon of={TriangleAlert} className="text-warning" />
        </span>
      )}
      {here.length > 0 && (
        <span className="flex shrink-0 gap-0.5" title={t('tree.here', { names })}>
          {here.slice(0, 4).map((p) => (
            <i key={p.id} className="size-2 rounded-full" style={{ background: personColor(p.color) }} />
          ))}
        </span>
      )}
    </div>
  )
})
