import { FilePlus, SquareDashedMousePointer, SquareTerminal } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { ATTACHMENTS_MAX, type Attachment } from '#shared/api/chat.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { isComposingKey } from '../platform/keys.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { AttachmentChips } from './attachment-chips.tsx'
import { BudgetLine } from './budget-line.tsx'
import type { Draft } from './chat-view.ts'
import { messages } from './locale.ts'
import { MentionList } from './mention-list.tsx'
import { attachFile, AttachmentTooLarge, type ChatTools, mentionedFiles } from './tools.ts'
import { useMention } from './use-mention.ts'

export type Audience = 'ai' | 'people'

/** What is being changed instead of written anew. */
export interface Editing {
  readonly messageId: string
  readonly runId: string | null
  readonly text: string
  readonly audience: Audience
}

interface Props {
  workspaceId: string
  mayAsk: boolean
  /** false: a chat that only its owner reads */
  isShared: boolean
  isConfigured: boolean
  editing: Editing | null
  tools: ChatTools
  onStopEditing: () => void
  onTyping: () => void
  onSend: (draft: Draft, audience: Audience) => Promise<void>
}

export function Composer(props: Props) {
  const { workspaceId, mayAsk, isShared, isConfigured, editing, tools, onStopEditing, onTyping, onSend } = props
  const { shown } = tools
  const t = useMessages(messages)
  const hint = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  const [attachments, setAttachments] = useState<readonly Attachment[]>([])
  const [wanted, setWanted] = useState<Audience>('ai')
  const [isBusy, setBusy] = useState(false)
  const [note, setNote] = useState<{ readonly text: string; readonly isProblem: boolean } | null>(null)
  const canAsk = mayAsk && isConfigured
  const audience: Audience = editing?.audience ?? (canAsk ? wanted : 'people')

  useEffect(() => {
    if (editing === null) return
    setText(editing.text)
    field.current?.focus()
  }, [editing])

  // Here rather than in a toast, which would lie over the very button it is about.
  const fail = (error: unknown): void => {
    setNote({ text: error instanceof AttachmentTooLarge ? error.message : describeError(error), isProblem: true })
  }
  const attach = async (make: Promise<Attachment | null>, ifNone = ''): Promise<void> => {
    try {
      const attachment = await make
      setNote(attachment === null ? { text: ifNone, isProblem: false } : null)
      if (attachment === null) return
      setAttachments((all) => [...all.filter((one) => !isSame(one, attachment)), attachment].slice(-ATTACHMENTS_MAX))
    } catch (error) {
      fail(error)
    }
  }
  const mention = useMention({
    field,
    text,
    findFiles: tools.findFiles,
    onText: setText,
    onPick: (path) => void attach(attachFile(workspaceId, path)),
  })
  const submit = async (): Promise<void> => {
    if (isBusy || text.trim() === '') return
    setBusy(true)
    setNote(null)
    try {
      const mentioned = mentionedFiles(text, tools.hasFile)
      const missing = mentioned.filter((path) => !attachments.some((one) => one.kind === 'file' && one.name === path))
      const added = await Promise.all(missing.map((path) => attachFile(workspaceId, path)))
      await onSend({ text: text.trim(), attachments: [...attachments, ...added].slice(0, ATTACHMENTS_MAX) }, audience)
      // What was typed while it was under way is the next message's.
      setText((now) => (now === text ? '' : now))
      setAttachments([])
      onStopEditing()
    } catch (error) {
      fail(error)
    } finally {
      setBusy(false)
    }
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (mention.takesKey(event)) return
    if (event.key === 'Escape' && editing !== null) return stopEditing()
    if (event.key !== 'Enter' || event.shiftKey || isComposingKey(event.nativeEvent)) return
    event.preventDefault()
    void submit()
  }
  const stopEditing = (): void => {
    setText('')
    onStopEditing()
  }
  const reason = !mayAsk ? t('composer.viewer') : !isConfigured ? t('composer.notConfigured') : null
  return (
    <form
      className="grid gap-2 border-t border-line p-3"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      {editing !== null && (
        <p className="flex items-center gap-2 text-12 text-muted">
          <span className="min-w-0 flex-1">
            {t(editing.runId === null ? 'composer.editing' : 'composer.editingQueued')}
          </span>
          <Button kind="quiet" onClick={stopEditing}>
            {t('composer.stopEditing')}
          </Button>
        </p>
      )}
      <AttachmentChips
        attachments={attachments}
        isToAi={audience === 'ai'}
        isShared={isShared}
        onRemove={(gone) => setAttachments((all) => all.filter((other) => other !== gone))}
      />
      {audience === 'ai' && <BudgetLine workspaceId={workspaceId} />}
      <div className="relative grid">
        <MentionList mention={mention} />
        <textarea
          {...mention.fieldProps}
          ref={field}
          aria-label={t('composer.label')}
          aria-describedby={hint}
          rows={Math.min(8, Math.max(2, text.split('\n').length))}
          value={text}
          placeholder={t(audience === 'ai' ? 'composer.toAi' : 'composer.toPeople')}
          onChange={(event) => {
            setText(event.target.value)
            mention.look()
            onTyping()
          }}
          onKeyDown={onKeyDown}
          onBlur={mention.close}
          className="w-full resize-none rounded-sm border border-control bg-surface p-2 placeholder:text-muted"
        />
      </div>
      {note !== null && (
        <p role={note.isProblem ? 'alert' : 'status'} className={cx('text-12', note.isProblem && 'text-danger')}>
          {note.text}
        </p>
      )}
      <p id={hint} className="text-12 text-muted">
        {reason ?? t(audience === 'ai' ? 'composer.aiHint' : 'composer.peopleHint')}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {canAsk && (
          <div role="radiogroup" aria-label={t('composer.audience')} className="flex rounded-sm border border-control">
            {(['ai', 'people'] as const).map((one) => (
              <button
                key={one}
                type="button"
                role="radio"
                aria-checked={audience === one}
                disabled={editing !== null}
                onClick={() => setWanted(one)}
                className={cx(
                  'h-7 px-2 pointer-coarse:h-11',
                  audience === one ? 'bg-active font-semibold' : 'text-muted',
                )}
              >
                {t(one === 'ai' ? 'composer.ai' : 'composer.people')}
              </button>
            ))}
          </div>
        )}
        {shown === null ? (
          <IconButton icon={FilePlus} label={t('composer.pickFile')} onClick={mention.begin} />
        ) : (
          <>
            <IconButton
              icon={FilePlus}
              label={t('composer.addFile')}
              disabled={shown.path === null}
              onClick={() => shown.path !== null && void attach(attachFile(workspaceId, shown.path))}
            />
            <IconButton
              icon={SquareDashedMousePointer}
              label={t('composer.addSelection')}
              onClick={() => void attach(shown.readSelection(), t('composer.nothingSelected'))}
            />
            {shown.readTerminal !== null && (
              <IconButton
                icon={SquareTerminal}
                label={t('composer.addTerminal')}
                onClick={() => void attach(Promise.resolve(shown.readTerminal?.() ?? null), t('composer.noTerminal'))}
              />
            )}
          </>
        )}
        <Button kind="primary" type="submit" isBusy={isBusy} className="ml-auto">
          {t('composer.send')}
        </Button>
      </div>
    </form>
  )
}

const isSame = (a: Attachment, b: Attachment): boolean =>
  a.kind === b.kind && a.name === b.name && a.fromLine === b.fromLine && a.toLine === b.toLine
