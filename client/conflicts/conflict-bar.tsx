import { useStore } from 'zustand'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { compare, compareKeys } from './compare.ts'
import type { Conflicts } from './conflicts.ts'
import { messages } from './locale.ts'

/** Says above the text that there is something to choose, and leads there. */
export function ConflictBar({ conflicts, documentId }: { conflicts: Conflicts; documentId: string }) {
  const t = useMessages(messages)
  const placed = useStore(conflicts.store, (s) => s.placed.get(documentId))
  const mayChoose = useStore(conflicts.store, (s) => s.mayChoose)
  const first = placed?.[0]
  if (placed === undefined || first === undefined) return null
  return (
    <div
      role="status"
      data-testid="conflict-bar"
      className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line bg-raised px-3 py-1 text-12"
    >
      <p className="min-w-60 flex-1 text-warning">{t('bar', { count: placed.length })}</p>
      <span className="flex gap-2">
        <Button title={compareKeys()} onClick={() => compare(conflicts, documentId)}>
          {t(mayChoose ? 'compare' : 'look')}
        </Button>
        <Button kind="quiet" onClick={() => conflicts.editorOf(documentId)?.goTo(first)}>
          {t('goTo', { line: first.line })}
        </Button>
      </span>
    </div>
  )
}
