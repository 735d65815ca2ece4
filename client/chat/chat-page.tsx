import { useEffect } from 'react'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows } from '../platform/roles.ts'
import { ChatPanel } from './chat-panel.tsx'
import { messages } from './locale.ts'
import type { ApplyCode, ChatTools } from './tools.ts'

interface Props {
  workspaceId: string
  chatId: string | null
  role: WorkspaceRole
  meId: string
  onChoose: (chatId: string | null) => void
  tools: ChatTools
  apply: ApplyCode | null
}

/** A workspace's chats on a page of their own, without the editor. */
export function ChatPage({ workspaceId, chatId, role, meId, onChoose, tools, apply }: Props) {
  const t = useMessages(messages)
  useEffect(() => {
    document.title = t('pageTitle', { title: t('title') })
  }, [t])
  return (
    <div className="mx-auto flex h-[calc(100dvh-48px)] w-full max-w-[880px] flex-col">
      <h1 className="sr-only">{t('title')}</h1>
      <ChatPanel
        workspaceId={workspaceId}
        chatId={chatId}
        onChoose={onChoose}
        rights={{ meId, mayAsk: roleAllows(role, 'workspace.ai'), mayLead: roleAllows(role, 'workspace.share') }}
        tools={tools}
        apply={apply}
      />
    </div>
  )
}
