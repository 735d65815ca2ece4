import { useQuery } from '@tanstack/react-query'
import { ExternalLink, Lock, MoreHorizontal, Plus } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ChatSummary } from '#shared/api/chat.ts'
import type { ChatSessionId, WorkspaceId } from '#shared/ids.ts'
import type { ServerEvents } from '#shared/protocol/events.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { isComposingKey } from '../platform/keys.ts'
import { queryClient } from '../platform/query-client.ts'
import { getSocket } from '../platform/socket.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import type { Rights } from './message-view.tsx'
import { Thread } from './thread.tsx'
import type { ApplyCode, ChatTools } from './tools.ts'

interface Props {
  workspaceId: string
  chatId: string | null
  onChoose: (chatId: string | null) => void
  rights: Rights & { readonly mayLead: boolean }
  tools: ChatTools
  /** null where this person may not, or there is nowhere to apply to */
  apply: ApplyCode | null
}

const UNDO_MS = 10_000

/** The chats of a workspace, and the one that is open. */
export function ChatPanel({ workspaceId, chatId, onChoose, rights, tools, apply }: Props) {
  const t = useMessages(messages)
  const [isNaming, setNaming] = useState(false)
  const chats = useChats(workspaceId)
  const chat = chats?.find((one) => one.id === chatId) ?? null
  const at = { workspaceId: workspaceId as WorkspaceId }

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
      await refreshChats(workspaceId)
    } catch (error) {
      showToast({ kind: 'error', text: describeError(error) })
    }
  }
  const create = (isShared: boolean) =>
    void attempt(async () => {
      const title = t(isShared ? 'list.untitled' : 'list.privateTitle')
      onChoose((await api.chat.create.mutate({ ...at, title, isShared })).id)
    })
  const remove = (one: ChatSummary) =>
    void attempt(async () => {
      const which = { ...at, chatId: one.id as ChatSessionId }
      await api.chat.delete.mutate(which)
      onChoose(null)
      const restore = () =>
        void attempt(async () => {
          await api.chat.restore.mutate(which)
          onChoose(one.id)
        })
      showToast({
        text: t('list.deleted', { title: one.title }),
        action: { label: common.t('action.undo'), run: restore },
        timeoutMs: UNDO_MS,
      })
    })
  const entries =
    chat === null || !(chat.isMine || rights.mayLead)
      ? []
      : [
          { type: 'item' as const, label: t('list.rename'), run: () => setNaming(true) },
          ...(chat.isShared
            ? []
            : [
                {
                  type: 'item' as const,
                  label: t('list.share'),
                  run: () =>
                    void attempt(async () => {
                      await api.chat.share.mutate({ ...at, chatId: chat.id as ChatSessionId })
                      showToast({ text: t('list.shared') })
                    }),
                },
              ]),
          { type: 'item' as const, label: t('list.delete'), isDangerous: true, run: () => remove(chat) },
        ]

  return (
    <section aria-label={t('title')} className="flex h-full min-h-0 flex-col bg-surface">
      <header className="flex h-9 shrink-0 items-center gap-1 border-b border-line px-2 pointer-coarse:h-12">
        {isNaming && chat !== null ? (
          <NameField
            chat={chat}
            onDone={(title) => {
              setNaming(false)
              if (title === null || title === chat.title) return
              void attempt(() => api.chat.rename.mutate({ ...at, chatId: chat.id as ChatSessionId, title }))
            }}
          />
        ) : (
          <select
            aria-label={t('list.choose')}
            value={chatId ?? ''}
            onChange={(event) => onChoose(event.target.value === '' ? null : event.target.value)}
            className="h-7 min-w-0 flex-1 truncate rounded-sm bg-surface font-semibold"
          >
            <option value="">{t('list.choose')}</option>
            {chats?.map((one) => (
              <option key={one.id} value={one.id}>
                {one.isShared ? one.title : `${one.title} · ${t('list.private')}`}
              </option>
            ))}
          </select>
        )}
        {tools.shown !== null && chatId !== null && (
          <a
            href={`/w/${workspaceId}/chat/${chatId}`}
            target="_blank"
            rel="noopener"
            title={t('list.ownPage')}
            aria-label={t('list.ownPage')}
            className="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink pointer-coarse:size-11"
          >
            <Icon of={ExternalLink} />
          </a>
        )}
        {chat?.isShared === false && <Icon of={Lock} className="text-muted" />}
        <Menu
          trigger={<IconButton icon={Plus} label={t('list.new')} />}
          entries={[
            { type: 'item', label: t('list.new'), run: () => create(true) },
            { type: 'item', label: t('list.newPrivate'), icon: Lock, run: () => create(false) },
          ]}
        />
        {entries.length > 0 && (
          <Menu trigger={<IconButton icon={MoreHorizontal} label={t('list.menu')} />} entries={entries} />
        )}
      </header>
      {chatId === null ? (
        <ChatList chats={chats} onChoose={onChoose} onCreate={() => create(true)} />
      ) : (
        <Thread key={chatId} workspaceId={workspaceId} chatId={chatId} rights={rights} tools={tools} apply={apply} />
      )}
    </section>
  )
}

function ChatList(props: {
  chats: readonly ChatSummary[] | undefined
  onChoose: (id: string) => void
  onCreate: () => void
}) {
  const t = useMessages(messages)
  if (props.chats === undefined) return null
  if (props.chats.length === 0) {
    return (
      <div className="p-4">
        <EmptyState
          action={
            <Button kind="primary" onClick={props.onCreate}>
              {t('list.begin')}
            </Button>
          }
        >
          {t('list.empty')}
        </EmptyState>
      </div>
    )
  }
  return (
    <ul aria-label={t('list.label')} className="min-h-0 flex-1 overflow-y-auto p-1">
      {props.chats.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            onClick={() => props.onChoose(one.id)}
            className="flex min-h-7 w-full items-center gap-2 rounded-sm px-2 text-left hover:bg-hover pointer-coarse:min-h-11"
          >
            <span className="min-w-0 flex-1 truncate">{one.title}</span>
            <span className="shrink-0 text-12 text-muted">{one.isShared ? one.owner?.name : t('list.private')}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function NameField({ chat, onDone }: { chat: ChatSummary; onDone: (title: string | null) => void }) {
  const t = useMessages(messages)
  const [title, setTitle] = useState(chat.title)
  return (
    <input
      aria-label={t('list.renameTo')}
      value={title}
      maxLength={120}
      ref={(field) => field?.focus()}
      onChange={(event) => setTitle(event.target.value)}
      onBlur={() => onDone(title.trim() === '' ? null : title.trim())}
      onKeyDown={(event) => {
        if (isComposingKey(event.nativeEvent)) return
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key === 'Escape') onDone(null)
      }}
      className="h-7 min-w-0 flex-1 rounded-sm border border-control bg-surface px-2"
    />
  )
}

const chatsKey = (workspaceId: string) => ['chat', workspaceId, 'list']
const refreshChats = (workspaceId: string) => queryClient.invalidateQueries({ queryKey: chatsKey(workspaceId) })

function useChats(workspaceId: string): readonly ChatSummary[] | undefined {
  useEffect(() => {
    const socket = getSocket()
    const onChange: ServerEvents['chat.list'] = (event) => {
      if (event.workspaceId === workspaceId) void refreshChats(workspaceId)
    }
    socket.on('chat.list', onChange)
    return () => void socket.off('chat.list', onChange)
  }, [workspaceId])
  return useQuery({
    queryKey: chatsKey(workspaceId),
    queryFn: () => api.chat.list.query({ workspaceId: workspaceId as WorkspaceId }),
    throwOnError: false,
  }).data?.chats
}
