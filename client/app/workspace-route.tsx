import { useNavigate, useParams } from '@tanstack/react-router'
import { Suspense, useMemo } from 'react'
import { Spinner } from '../ui/spinner.tsx'
import { ShareDialog } from '../workspaces/share-dialog.tsx'
import type { IdeSlots } from '../files/slots.ts'
import { InboxLink } from '../inbox/inbox-link.tsx'
import { messages as inboxMessages } from '../inbox/locale.ts'
import { useMessages } from '../platform/i18n.ts'
import { useMe } from '../platform/session.ts'
import { useChatSlot } from './chat-slot.tsx'
import { useConflictSlots } from './conflict-slot.tsx'
import { useHistorySlots } from './history-slot.tsx'
import { SessionCheck } from './session-check.tsx'
import { useSuggestionSlots } from './suggestions-slot.tsx'
import { useTerminalSlots } from './terminal-slot.tsx'
import { useIde } from './use-ide.ts'
import { WorkspaceEvents } from './workspace-events.tsx'

/** The IDE, with the parts of other features it shows but may not import. */
export function WorkspaceRoute() {
  const { workspaceId = '', _splat } = useParams({ strict: false })
  // Another workspace is another IDE: nothing of the first may leak into it.
  return <WorkspaceIde key={workspaceId} workspaceId={workspaceId} path={_splat ?? null} />
}

function WorkspaceIde({ workspaceId, path }: { workspaceId: string; path: string | null }) {
  const terminals = useTerminalSlots(workspaceId)
  const suggestions = useSuggestionSlots(workspaceId)
  const chat = useChatSlot(workspaceId, suggestions.applyIn)
  const history = useHistorySlots(workspaceId)
  const conflicts = useConflictSlots(workspaceId)
  const ide = useIde()
  const hasInbox = useMe() !== null
  const navigate = useNavigate()
  const t = useMessages(inboxMessages)
  const slots = useMemo((): IdeSlots => {
    const { above, notes, sides } = conflicts
    return {
      ...terminals,
      ...history,
      sides: [...history.sides, ...sides],
      docks: [chat, suggestions.dock],
      top: (ide) => (
        <>
          {terminals.top(ide)}
          {hasInbox && <InboxLink />}
        </>
      ),
      above,
      notes,
      inEditor: (ide, mounted) => (
        <>
          {suggestions.inEditor(ide, mounted)}
          {conflicts.inEditor(ide, mounted)}
        </>
      ),
      over: (ide) => (
        <>
          {suggestions.over(ide)}
          {conflicts.over(ide)}
        </>
      ),
      commands: (ide) => [
        ...[terminals, suggestions, history, conflicts].flatMap((feature) => feature.commands(ide)),
        ...(hasInbox ? [{ id: 'inbox', label: t('command'), run: () => void navigate({ to: '/inbox' }) }] : []),
      ],
    }
  }, [terminals, suggestions, chat, history, conflicts, hasInbox, navigate, t])
  if (ide === null) return <Loading />
  return (
    <Suspense fallback={<Loading />}>
      <WorkspaceEvents workspaceId={workspaceId} />
      <ide.IdePage
        workspaceId={workspaceId}
        path={path}
        slots={slots}
        renderShare={(props) => <ShareDialog {...props} />}
        renderSignIn={(props) => <SessionCheck {...props} />}
      />
    </Suspense>
  )
}

function Loading() {
  return (
    <div className="appear-late grid min-h-dvh place-content-center text-muted">
      <Spinner />
    </div>
  )
}
