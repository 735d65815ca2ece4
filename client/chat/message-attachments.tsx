import { useId, useState } from 'react'
import type { ShownAttachment } from '#shared/api/chat.ts'
import { useMessages } from '../platform/i18n.ts'
import { cx } from '../ui/class-names.ts'
import { messages } from './locale.ts'
import type { ChatTools } from './tools.ts'

interface Props {
  attachments: readonly ShownAttachment[]
  tools: ChatTools
}

/** What went along with a message; its text as it was then, and for a file the way to it as it is now. */
export function MessageAttachments({ attachments, tools }: Props) {
  const t = useMessages(messages)
  const shownId = useId()
  const [open, setOpen] = useState<number | null>(null)
  const shown = open === null ? undefined : attachments[open]
  if (attachments.length === 0) return null
  return (
    <div className="grid min-w-0 gap-1">
      <ul className="flex flex-wrap gap-1">
        {attachments.map((one, index) => {
          const label = labelOf(t, one)
          return (
            // What is attached never changes; the place is the identity.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} className="max-w-full min-w-0">
              {one.isHidden ? (
                <span className="block truncate rounded-full border border-dashed border-line px-2 text-12 text-muted">
                  {t('message.hidden', { name: label })}
                </span>
              ) : (
                <button
                  type="button"
                  aria-expanded={open === index}
                  aria-controls={open === index ? shownId : undefined}
                  className={cx(
                    'block max-w-full truncate rounded-full border border-line px-2 text-12 hover:bg-hover pointer-coarse:min-h-11',
                    open === index && 'bg-active',
                  )}
                  onClick={() => setOpen(open === index ? null : index)}
                >
                  {label}
                </button>
              )}
            </li>
          )
        })}
      </ul>
      {shown !== undefined && (
        <div id={shownId} className="grid min-w-0 gap-1">
          <pre
            // Focusable, so that it scrolls by keyboard.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            className="max-h-60 overflow-auto rounded-sm border border-line bg-side p-2 font-mono text-12"
          >
            {shown.text}
          </pre>
          {shown.kind !== 'terminal' && tools.hasFile(shown.name) && (
            <button
              type="button"
              className="justify-self-start text-12 text-accent underline-offset-2 hover:underline"
              onClick={() => tools.openFile(shown.name, shown.fromLine ?? null)}
            >
              {t('message.openFile')}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

const labelOf = (t: typeof messages.t, { name, fromLine, toLine }: ShownAttachment): string =>
  fromLine === undefined ? name : t('message.lines', { name, from: fromLine, to: toLine ?? fromLine })
