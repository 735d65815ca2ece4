import { X } from 'lucide-react'
import type { Attachment } from '#shared/api/chat.ts'
import { isKeptFromAi } from '#shared/api/chat.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatNumber } from '../platform/time.ts'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { messages } from './locale.ts'
import { roughTokens } from './tools.ts'

interface Props {
  attachments: readonly Attachment[]
  isToAi: boolean
  /** false: a chat that only its owner reads */
  isShared: boolean
  onRemove: (attachment: Attachment) => void
}

/** What goes along with the message: about how many tokens each is, what AI is not given, and who will read it. */
export function AttachmentChips({ attachments, isToAi, isShared, onRemove }: Props) {
  const t = useMessages(messages)
  if (attachments.length === 0) return null
  const given = attachments.filter((one) => !isKeptFromAi(one))
  const total = given.reduce((sum, one) => sum + roughTokens(one.text), 0)
  return (
    <div className="grid gap-1">
      <ul className="flex flex-wrap gap-1">
        {attachments.map((one) => {
          const name = labelOf(one)
          const isKept = isToAi && isKeptFromAi(one)
          const count = roughTokens(one.text)
          return (
            <li
              key={`${one.kind} ${name}`}
              className={cx(
                'flex max-w-full items-center rounded-full border pl-2 text-12',
                isKept ? 'border-dashed border-warning' : 'border-line',
              )}
            >
              <span className="truncate">
                {isKept
                  ? t('composer.kept', { name })
                  : t('composer.tokens', { name, count, shown: formatNumber(count) })}
              </span>
              <IconButton
                icon={X}
                label={t('composer.removeAttachment', { name })}
                className="size-6!"
                onClick={() => onRemove(one)}
              />
            </li>
          )
        })}
      </ul>
      <p className="text-12 text-muted">
        {isToAi && given.length > 1 && `${t('composer.total', { count: formatNumber(total) })} `}
        {t(isShared ? 'composer.readers' : 'composer.readersPrivate')}
        {isToAi && given.length < attachments.length && ` ${t('composer.keptWhy')}`}
      </p>
    </div>
  )
}

const labelOf = ({ name, fromLine, toLine }: Attachment): string =>
  fromLine === undefined ? name : `${name}:${fromLine}–${toLine ?? fromLine}`
