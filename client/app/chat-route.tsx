import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import { ChatPage } from '../chat/chat-page.tsx'
import type { ApplyCode, ChatTools } from '../chat/tools.ts'
import { describeError } from '../platform/api-error.ts'
import { roleAllows } from '../platform/roles.ts'
import { useMe } from '../platform/session.ts'
import { beginApply, listFiles } from '../suggestions/apply.ts'
import { tellSuggested } from '../suggestions/ask.ts'
import { SuggestionDialogs } from '../suggestions/dialogs.tsx'
import { likelyFiles } from '../suggestions/likely-files.ts'
import { messages } from '../suggestions/locale.ts'
import { createSuggestions } from '../suggestions/suggestions.ts'
import { workspaceInfo } from '../workspaces/queries.ts'
import { showToast } from '../ui/toast.ts'
import { useBeingInside } from './use-being-inside.ts'
import { useWorkspaceFiles } from './use-workspace-files.ts'
import { WorkspaceEvents } from './workspace-events.tsx'

/** `/w/:workspace/chat/:chat`: chats without the IDE. */
export function ChatRoute() {
  const { workspaceId = '', chatId } = useParams({ strict: false })
  const me = useMe()
  const { role } = useSuspenseQuery(workspaceInfo(workspaceId)).data
  useBeingInside(workspaceId)
  if (me === null) return null
  return <WorkspaceChat key={workspaceId} workspaceId={workspaceId} chatId={chatId ?? null} role={role} meId={me.id} />
}

interface Props {
  workspaceId: string
  chatId: string | null
  role: WorkspaceRole
  meId: string
}

function WorkspaceChat({ workspaceId, chatId, role, meId }: Props) {
  const navigate = useNavigate()
  const [suggestions] = useState(() => createSuggestions(workspaceId))
  useEffect(() => suggestions.watch(), [suggestions])
  useEffect(() => suggestions.setPerson(meId, role), [suggestions, meId, role])
  const suggested = useCallback(
    (made: SuggestionInfo) =>
      tellSuggested('apply', made, {
        label: messages.t('apply.show'),
        run: () => void navigate({ to: '/w/$workspaceId/suggestions', params: { workspaceId } }),
      }),
    [navigate, workspaceId],
  )
  const files = useWorkspaceFiles(workspaceId)
  const tools: ChatTools = useMemo(
    () => ({
      ...files,
      openFile: (path, line) =>
        void navigate({
          to: '/w/$workspaceId/f/$',
          params: { workspaceId, _splat: path },
          ...(line === null ? {} : { hash: `L${line}` }),
        }),
      shown: null,
    }),
    [files, navigate, workspaceId],
  )
  const apply: ApplyCode | null = useMemo(
    () =>
      roleAllows(role, 'workspace.ai')
        ? ({ chatId: chat, messageId, code, ...clues }) => {
            const begin = async (): Promise<void> => {
              const files = new Set(await listFiles(workspaceId))
              const likely = likelyFiles({ ...clues, path: null, hasFile: (path) => files.has(path) })
              const request = { chatId: chat, messageId, code, likely: likely.files }
              await beginApply(suggestions, request, likely.isClear, suggested)
            }
            begin().catch((error: unknown) => showToast({ kind: 'error', text: describeError(error) }))
          }
        : null,
    [role, suggestions, suggested, workspaceId],
  )
  return (
    <>
      <WorkspaceEvents workspaceId={workspaceId} />
      <SuggestionDialogs suggestions={suggestions} path={null} onOpenFile={null} onSuggested={suggested} />
      <ChatPage
        workspaceId={workspaceId}
        chatId={chatId}
        role={role}
        meId={meId}
        tools={tools}
        apply={apply}
        onChoose={(id) =>
          void (id === null
            ? navigate({ to: '/w/$workspaceId/chat', params: { workspaceId } })
            : navigate({ to: '/w/$workspaceId/chat/$chatId', params: { workspaceId, chatId: id } }))
        }
      />
    </>
  )
}
