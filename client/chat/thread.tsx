import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ChatState } from '#shared/api/chat.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { api } from '../platform/api.ts'
import { useMessages } from '../platform/i18n.ts'
import { announce } from '../ui/announcer.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { createChatView } from './chat-view.ts'
import { Composer, type Editing } from './composer.tsx'
import { messages } from './locale.ts'
import { MessageView, type Rights } from './message-view.tsx'
import { endOfSentences } from './sentences.ts'
import type { ApplyCode, ChatTools } from './tools.ts'
import { shownBranch, type ShownMessage } from './tree.ts'
import { useScroll } from './use-scroll.ts'

interface Props {
  workspaceId: string
  chatId: string
  rights: Rights
  tools: ChatTools
  apply: ApplyCode | null
}

/** One chat: its branch, who else reads it, and where one writes. Another chat is another thread: give it a key. */
export function Thread({ workspaceId, chatId, rights, tools, apply }: Props) {
  const t = useMessages(messages)
  const [view] = useState(() => createChatView(workspaceId, chatId))
  useEffect(() => view.open(), [view])
  const { status, state, texts, people, chosen } = useStore(view.store)
  const [editing, setEditing] = useState<Editing | null>(null)
  const models = useQuery({
    queryKey: ['chat', workspaceId, 'models'],
    queryFn: () => api.chat.models.query({ workspaceId: workspaceId as WorkspaceId }),
    throwOnError: false,
  }).data?.models
  const branch = useMemo(() => (state === null ? [] : shownBranch(state, chosen)), [state, chosen])
  const { list, unseen, toEnd } = useScroll(
    branch.length,
    `${branch.at(-1)?.message.id} ${Object.values(texts).join('').length}`,
  )
  useSpokenAnswer(branch, texts)
  const onApply = useApply(chatId, state, apply)

  if (status === 'gone') {
    return (
      <div className="p-4">
        <EmptyState>{t('gone')}</EmptyState>
      </div>
    )
  }
  const writing = people.filter((one) => one.isTyping && one.id !== rights.meId).map((one) => one.name)
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="relative min-h-0 flex-1">
        <div
          ref={list}
          role="log"
          aria-live="off"
          aria-label={t('message.list')}
          // Focusable, so that it scrolls by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="h-full overflow-y-auto p-3"
        >
          {status === 'ready' && branch.length === 0 && <EmptyState>{t('empty')}</EmptyState>}
          <div className="grid gap-4">
            {branch.map((shown) => (
              <MessageView
                key={shown.message.id}
                shown={shown}
                text={texts[shown.run?.id ?? ''] ?? ''}
                view={view}
                rights={rights}
                tools={tools}
                onEdit={() => setEditing(editingOf(shown))}
                onApply={onApply(shown)}
              />
            ))}
          </div>
        </div>
        {unseen > 0 && (
          <Button className="absolute! bottom-2 left-1/2 -translate-x-1/2 bg-raised shadow-float" onClick={toEnd}>
            {t('message.new', { count: unseen })}
          </Button>
        )}
      </div>
      <p className="flex min-h-6 items-center justify-between gap-2 px-3 text-12 text-muted">
        <span className="truncate">
          {writing.length > 0 && t('typing', { count: writing.length, names: writing.join(', ') })}
        </span>
        <span className="shrink-0">{people.length > 0 && t('here', { count: people.length })}</span>
      </p>
      <Composer
        workspaceId={workspaceId}
        mayAsk={rights.mayAsk}
        isShared={state?.chat.isShared !== false}
        isConfigured={models === undefined || models.length > 0}
        editing={editing}
        tools={tools}
        onStopEditing={() => setEditing(null)}
        onTyping={view.typing}
        onSend={async (draft, audience) => {
          if (editing?.runId != null) await view.editQueued(editing.runId, draft.text)
          else await view.send(draft, audience, editing?.messageId ?? null)
        }}
      />
    </div>
  )
}

/** What Apply does with the code of each answer; the same function while the answer is the same. */
function useApply(chatId: string, state: ChatState | null, apply: ApplyCode | null) {
  const known = useRef(new Map<string, (code: string, info: string) => void>())
  useEffect(() => known.current.clear(), [chatId, state, apply])
  return ({ message }: ShownMessage) => {
    if (apply === null || message.kind !== 'answer') return undefined
    const made = known.current.get(message.id)
    if (made !== undefined) return made
    const question = state?.messages.find((one) => one.id === message.parentId)
    const onApply = (code: string, info: string): void =>
      apply({
        chatId,
        messageId: message.id,
        code,
        info,
        attached: question?.attachments.filter((one) => one.kind !== 'terminal').map((one) => one.name) ?? [],
        texts: [question?.text ?? '', message.text],
      })
    known.current.set(message.id, onApply)
    return onApply
  }
}

const editingOf = ({ message, run }: ShownMessage): Editing => ({
  messageId: message.id,
  runId: run?.status === 'queued' ? run.id : null,
  text: message.text,
  audience: message.kind === 'people' ? 'people' : 'ai',
})

/** A screen reader hears whole sentences of an answer as they come, and its end. */
function useSpokenAnswer(branch: readonly ShownMessage[], texts: Readonly<Record<string, string>>): void {
  const t = useMessages(messages)
  const spoken = useRef({ runId: '', length: 0 })
  const running = branch.find(({ run, message }) => run?.status === 'running' && message.kind === 'answer')?.run
  const text = running == null ? '' : (texts[running.id] ?? '')
  useEffect(() => {
    const now = spoken.current
    if (running == null) {
      if (now.runId !== '') announce(t('message.finished'))
      spoken.current = { runId: '', length: 0 }
      return
    }
    if (now.runId !== running.id) spoken.current = { runId: running.id, length: 0 }
    const end = endOfSentences(text)
    if (end <= spoken.current.length) return
    announce(text.slice(spoken.current.length, end).trim())
    spoken.current = { runId: running.id, length: end }
  }, [running, text, t])
}
