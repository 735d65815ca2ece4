import { useQuery } from '@tanstack/react-query'
import { GitCompareArrows } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import { compare, COMPARE_KEYS, fileOf } from '../conflicts/compare.ts'
import { ConflictBar } from '../conflicts/conflict-bar.tsx'
import { type Conflicts, createConflicts } from '../conflicts/conflicts.ts'
import { messages } from '../conflicts/locale.ts'
import { conflictList } from '../conflicts/queries.ts'
import type { IdeContext, IdeSlots } from '../files/slots.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows } from '../platform/roles.ts'
import { announce } from '../ui/announcer.ts'

// With the editor, which lists do not need.
const Inside = lazy(() => import('../conflicts/inside.tsx').then((m) => ({ default: m.Inside })))
const ConflictList = lazy(() => import('../conflicts/conflict-list.tsx').then((m) => ({ default: m.ConflictList })))
const CompareDialog = lazy(() => import('../conflicts/compare-dialog.tsx').then((m) => ({ default: m.CompareDialog })))

/** Conflicts of people and the disk in their places of the IDE: in the text, above it, at tabs and in the tree. */
export function useConflictSlots(
  workspaceId: string,
): Required<Pick<IdeSlots, 'inEditor' | 'above' | 'over' | 'notes' | 'commands' | 'sides'>> {
  const t = useMessages(messages)
  const [conflicts] = useState(() => createConflicts(workspaceId))
  useEffect(() => conflicts.watch(), [conflicts])
  const mayRead = useStore(conflicts.store, (s) => s.mayRead)
  const all = useQuery({ ...conflictList(workspaceId), enabled: mayRead }).data
  const known = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    if (all === undefined) return
    for (const { id, path, line } of all)
      if (known.current !== null && !known.current.has(id)) announce(messages.t('arose', { name: fileOf(path), line }))
    known.current = new Set(all.map(({ id }) => id))
  }, [all])
  const paths = JSON.stringify([...new Set(all?.map(({ path }) => path))].toSorted())
  const count = all?.length ?? 0
  const [isOpen, setOpen] = useState(false)
  return useMemo(
    () => ({
      // Where there is nothing to choose, nothing takes up room; what is open stays until it is closed.
      sides:
        count === 0 && !isOpen
          ? []
          : [
              {
                label: count === 0 ? t('list.title') : t('list.open', { count }),
                icon: GitCompareArrows,
                keys: 'Mod+Alt+KeyK',
                count,
                isOpen,
                setOpen,
                render: (ide: IdeContext) => (
                  <Suspense fallback={null}>
                    <ConflictList
                      workspaceId={workspaceId}
                      onGo={(path, line) => {
                        // There the list lies over the text.
                        if (window.matchMedia('(max-width: 900px)').matches) setOpen(false)
                        ide.openFile(path, line)
                      }}
                    />
                  </Suspense>
                ),
              },
            ],
      notes: new Map((JSON.parse(paths) as string[]).map((path) => [path, t('note')])),
      inEditor: (_, mounted) => (
        <Suspense fallback={null}>
          <Inside conflicts={conflicts} mounted={mounted} />
        </Suspense>
      ),
      above: (documentId) => <ConflictBar conflicts={conflicts} documentId={documentId} />,
      over: (ide) => <Dialogs conflicts={conflicts} ide={ide} />,
      commands: ({ documentId }) => {
        if (documentId === null || !conflicts.store.getState().placed.has(documentId)) return []
        return [
          { id: 'compareConflict', label: t('command'), keys: COMPARE_KEYS, run: () => compare(conflicts, documentId) },
        ]
      },
    }),
    [t, conflicts, workspaceId, paths, count, isOpen],
  )
}

function Dialogs({ conflicts, ide }: { conflicts: Conflicts; ide: IdeContext }) {
  const isOpen = useStore(conflicts.store, (s) => s.open !== null)
  useEffect(() => {
    const may = (permission: 'workspace.details' | 'workspace.write') =>
      ide.role !== null && roleAllows(ide.role as WorkspaceRole, permission)
    conflicts.store.setState({ mayRead: may('workspace.details'), mayChoose: may('workspace.write') })
  }, [conflicts, ide.role])
  return isOpen ? (
    <Suspense fallback={null}>
      <CompareDialog conflicts={conflicts} />
    </Suspense>
  ) : null
}
