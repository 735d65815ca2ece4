import { useLocation, useRouter } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import type { IdeContext, IdeSlots } from '../files/slots.ts'
import { messages } from '../history/locale.ts'
import { readMoment } from '../history/read-moment.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows } from '../platform/roles.ts'
import { readStored, writeStored } from '../platform/storage.ts'

const HistoryPanel = lazy(() => import('../history/history-panel.tsx').then((m) => ({ default: m.HistoryPanel })))
const MomentView = lazy(() => import('../history/moment-view.tsx').then((m) => ({ default: m.MomentView })))

const OPEN_KEY = 'history.open'

/** There the list lies over what it leads to. */
const isNarrow = (): boolean => window.matchMedia('(max-width: 900px)').matches

const may = (ide: IdeContext, permission: 'workspace.details' | 'workspace.write'): boolean =>
  ide.role !== null && roleAllows(ide.role as WorkspaceRole, permission)

/** History in its places of the IDE: the side bar, over the editor, the palette. The address has the moment. */
export function useHistorySlots(workspaceId: string): Required<Pick<IdeSlots, 'sides' | 'cover' | 'commands'>> {
  const t = useMessages(messages)
  const router = useRouter()
  const at = useLocation({ select: (location) => readMoment(location.searchStr) })
  const [isOpen, setOpen] = useState(() => !isNarrow() && (at !== null || readStored(OPEN_KEY) === 'true'))
  const [isDeletedShown, setDeletedShown] = useState(false)
  const show = useCallback(
    (seq: number | null) => {
      if (isNarrow()) setOpen(false)
      router.history.push(`${location.pathname}${seq === null ? '' : `?at=${seq}`}`)
    },
    [router],
  )
  const close = useCallback(
    (ide: IdeContext) => {
      show(null)
      requestAnimationFrame(ide.focusEditor)
    },
    [show],
  )
  const showDeleted = useCallback(() => {
    setDeletedShown(true)
    setOpen(true)
  }, [])
  return useMemo(
    () => ({
      sides: [
        {
          label: t('toggle'),
          icon: History,
          keys: 'Mod+Alt+KeyY',
          isOpen,
          setOpen(next) {
            writeStored(OPEN_KEY, String(next))
            setOpen(next)
          },
          render: (ide: IdeContext) =>
            may(ide, 'workspace.details') ? (
              <Suspense fallback={null}>
                <HistoryPanel
                  workspaceId={workspaceId}
                  documentId={ide.documentId}
                  path={ide.path}
                  at={at}
                  onShow={show}
                  deleted={may(ide, 'workspace.write') ? { isShown: isDeletedShown, setShown: setDeletedShown } : null}
                  onOpenFile={(file) => {
                    if (isNarrow()) setOpen(false)
                    ide.openFile(file, null)
                  }}
                />
              </Suspense>
            ) : (
              <p className="p-3 text-muted">{t('membersOnly')}</p>
            ),
        },
      ],
      cover(ide) {
        const { documentId, path } = ide
        if (at === null || documentId === null || path === null || !may(ide, 'workspace.details')) return null
        return (
          <Suspense fallback={null}>
            <MomentView
              workspaceId={workspaceId}
              documentId={documentId}
              path={path}
              seq={at}
              mayWrite={may(ide, 'workspace.write')}
              nowText={ide.shownText}
              onClose={() => close(ide)}
            />
          </Suspense>
        )
      },
      commands: (ide) => [
        ...(at === null ? [] : [{ id: 'leaveMoment', label: t('close'), run: () => close(ide) }]),
        ...(may(ide, 'workspace.write') ? [{ id: 'deletedFiles', label: t('deleted.command'), run: showDeleted }] : []),
      ],
    }),
    [t, workspaceId, at, isOpen, isDeletedShown, show, showDeleted, close],
  )
}
