import { memo } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { messages } from './locale.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** On a phone only these last parts of a path have room enough to be read. */
const NEAR = 2

/** Where the file lies; a folder in it shows itself in the tree. At the end, who else is in the file. */
export const Breadcrumbs = memo(function Breadcrumbs({ path }: { path: string }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const people = useBench((s) => s.people)
  const hasTree = useBench((s) => s.end === null)
  const here = people.filter((p) => p.id !== bench.me.id && p.paths.includes(path)).map((p) => p.name)
  const parts = path.split('/')
  const show = (folder: string): void => {
    bench.reveal(`${folder}/`)
    bench.store.setState({ isSidebarOpen: true })
    requestAnimationFrame(() => document.getElementById('file-tree')?.focus())
  }
  return (
    <div className="flex h-6 shrink-0 items-center gap-3 px-3 text-12 text-muted">
      <nav aria-label={t('editor.breadcrumbs')} className="min-w-0 flex-1 overflow-hidden">
        <ol className="flex items-center gap-1.5 whitespace-nowrap" title={path}>
          {parts.length > NEAR && (
            <li aria-hidden className="shrink-0 sm:hidden">
              … ›
            </li>
          )}
          {parts.map((part, i) => {
            const folder = parts.slice(0, i + 1).join('/')
            const isLast = i === parts.length - 1
            return (
              <li
                key={folder}
                className={cx(
                  'flex min-w-0 items-center gap-1.5',
                  i < parts.length - NEAR && 'max-sm:hidden',
                  isLast && 'max-w-3/4 shrink-0',
                )}
              >
                {isLast ? (
                  <span aria-current="page" className="truncate text-ink">
                    {part}
                  </span>
                ) : hasTree ? (
                  <button type="button" className="truncate rounded-sm hover:text-ink" onClick={() => show(folder)}>
                    {part}
                  </button>
                ) : (
                  <span className="truncate">{part}</span>
                )}
                {!isLast && <span aria-hidden>›</span>}
              </li>
            )
          })}
        </ol>
      </nav>
      {here.length > 0 && (
        <span className="max-w-1/2 truncate">
          {t('editor.alsoHere', { count: here.length, names: here.join(', ') })}
        </span>
      )}
    </div>
  )
})
