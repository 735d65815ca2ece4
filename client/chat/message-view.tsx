import { ChevronLeft, ChevronRight, Pencil, RotateCw } from 'lucide-react'
import { describeError, isErrorCode, sentenceFor } from '../platform/api-error.ts'
import { useLocale, useMessages } from '../platform/i18n.ts'
import { AiMark } from '../ui/ai-mark.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { showToast } from '../ui/toast.ts'
import { cx } from '../ui/class-names.ts'
import type { ChatView } from './chat-view.ts'
import { BudgetSpent } from './budget-line.tsx'
import { messages } from './locale.ts'
import { MessageAttachments } from './message-attachments.tsx'
import { MarkdownView } from './markdown-view.tsx'
import type { ChatTools } from './tools.ts'
import type { ShownMessage } from './tree.ts'

export interface Rights {
  readonly meId: string
  readonly mayAsk: boolean
}

interface Props {
  shown: ShownMessage
  /** what has come of a run under way */
  text: string
  view: ChatView
  rights: Rights
  tools: ChatTools
  onEdit: () => void
  /** of a finished answer: makes a suggestion of a block of its code */
  onApply?: ((code: string, info: string) => void) | undefined
}

const attempt = (work: Promise<unknown>): void => {
  work.catch((error: unknown) => showToast({ kind: 'error', text: describeError(error) }))
}

export function MessageView({ shown, text, view, rights, tools, onEdit, onApply }: Props) {
  const t = useMessages(messages)
  const locale = useLocale()
  const { message, run } = shown
  const isAnswer = message.kind === 'answer'
  const isWaiting = run?.status === 'queued'
  const isMine = message.author?.id === rights.meId
  const name = isAnswer ? t('message.ai') : (message.author?.name ?? t('message.someone'))
  const time = new Date(message.createdAt).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
  const isRunning = isAnswer && run?.status === 'running'
  return (
    <article
      aria-label={`${name}, ${time}`}
      aria-busy={isRunning || undefined}
      className={cx('group grid gap-1', isWaiting && 'rounded-sm border border-dashed border-control p-2')}
    >
      <header className="flex min-w-0 flex-wrap items-center gap-x-2 text-12 text-muted">
        {isAnswer ? <AiMark label={name} /> : <Avatar name={name} color={message.author?.color ?? 0} isDecorative />}
        <span className="font-semibold text-ink">{name}</span>
        {isAnswer ? (
          <span>
            {isRunning
              ? t('message.answering')
              : `${run?.model ? `${run.model} · ` : ''}${t('message.askedBy', { name: run?.requester?.name ?? t('message.someone') })}`}
          </span>
        ) : (
          <>
            <time dateTime={message.createdAt}>{time}</time>
            <span>{t(message.kind === 'ask' ? 'message.toAi' : 'message.toPeople')}</span>
          </>
        )}
        {isWaiting && <span>{t('message.waits')}</span>}
        {isRunning && rights.mayAsk && (
          <Button className="h-6! px-2!" onClick={() => attempt(view.stop(run.id))}>
            {t('message.stop')}
          </Button>
        )}
        {shown.versions.length > 1 && <Versions shown={shown} view={view} />}
      </header>
      <div className="grid gap-1 pl-8">
        <MessageAttachments attachments={message.attachments} tools={tools} />
        {isAnswer ? (
          <MarkdownView text={isRunning ? text : message.text} onApply={isRunning ? undefined : onApply} />
        ) : (
          <p className="break-words whitespace-pre-wrap">{message.text}</p>
        )}
        {isAnswer && <Ending shown={shown} workspaceId={view.workspaceId} />}
        <Actions {...{ shown, view, rights, isMine, onEdit }} />
      </div>
    </article>
  )
}

function Actions({ shown, view, rights, isMine, onEdit }: Omit<Props, 'text' | 'tools'> & { isMine: boolean }) {
  const t = useMessages(messages)
  const { message, run } = shown
  if (run?.status === 'queued') {
    if (run.requester?.id !== rights.meId) return null
    return (
      <div className="flex gap-1">
        {message.kind === 'ask' && (
          <Button kind="quiet" onClick={onEdit}>
            {t('message.edit')}
          </Button>
        )}
        <Button kind="quiet" onClick={() => attempt(view.cancelQueued(run.id))}>
          {t('message.cancel')}
        </Button>
      </div>
    )
  }
  const canRegenerate = message.kind === 'answer' && run?.status !== 'running' && rights.mayAsk
  const canEdit = isMine && (message.kind === 'people' || rights.mayAsk)
  if (!canRegenerate && !canEdit) return null
  return (
    <div className="flex gap-1">
      {canRegenerate && (
        <IconButton
          icon={RotateCw}
          label={t('message.regenerate')}
          onClick={() => attempt(view.regenerate(message.id))}
        />
      )}
      {canEdit && <IconButton icon={Pencil} label={t('message.edit')} onClick={onEdit} />}
    </div>
  )
}

/** How an answer ended, where that was not by itself. */
function Ending({ shown: { message, run }, workspaceId }: { shown: ShownMessage; workspaceId: string }) {
  const t = useMessages(messages)
  const say = (sentence: string, isProblem = false) => (
    <p className={cx('text-12', isProblem ? 'text-danger' : 'text-muted')}>{sentence}</p>
  )
  switch (run?.status) {
    case 'stopped':
      return say(run.stoppedBy === null ? t('message.stopped') : t('message.stoppedBy', { name: run.stoppedBy }))
    case 'interrupted':
      return say(t('message.interrupted'))
    case 'failed':
      if (run.error === 'ai_budget_exhausted') return <BudgetSpent workspaceId={workspaceId} />
      return say(sentenceFor(isErrorCode(run.error) ? run.error : 'internal'), true)
    case 'done':
      return message.text === '' ? say(t('message.empty')) : null
    case 'queued':
    case 'running':
    case undefined:
      return null
  }
}

function Versions({ shown: { message, versions, at }, view }: { shown: ShownMessage; view: ChatView }) {
  const t = useMessages(messages)
  const go = (step: number): void => {
    const id = versions[at + step]
    if (id !== undefined) view.choose(message.parentId, id)
  }
  return (
    <span
      className="inline-flex items-center"
      role="group"
      aria-label={t('message.branch', { at: at + 1, count: versions.length })}
    >
      <IconButton icon={ChevronLeft} label={t('message.earlier')} disabled={at === 0} onClick={() => go(-1)} />
      <span aria-hidden>
        {at + 1}/{versions.length}
      </span>
      <IconButton
        icon={ChevronRight}
        label={t('message.later')}
        disabled={at === versions.length - 1}
        onClick={() => go(1)}
      />
    </span>
  )
}
