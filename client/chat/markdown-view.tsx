import { Check, Copy, FileDiff } from 'lucide-react'
import { memo, useMemo, useState } from 'react'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { showToast } from '../ui/toast.ts'
import './chat.css'
import { messages } from './locale.ts'
import { type Part, renderMarkdown } from './markdown.ts'

interface Props {
  text: string
  /** for finished answers, to those who may */
  onApply?: ((code: string, info: string) => void) | undefined
}

/** Markdown that anyone, or any model, may have written. */
export const MarkdownView = memo(function MarkdownView({ text, onApply }: Props) {
  const parts = useMemo(() => renderMarkdown(text), [text])
  return (
    <div className="chat-prose grid min-w-0 gap-2">
      {parts.map((part, index) =>
        part.type === 'code' ? (
          // Parts have no identity but their place: text only grows at its end.
          // oxlint-disable-next-line react/no-array-index-key
          <CodeBlock key={index} part={part} onApply={onApply} />
        ) : (
          // Made by markdown-it without raw HTML (markdown.ts), whose rules are tested against hostile input.
          // oxlint-disable-next-line react/no-array-index-key, react/no-danger
          <div key={index} className="min-w-0" dangerouslySetInnerHTML={{ __html: part.html }} />
        ),
      )}
    </div>
  )
})

function CodeBlock({ part, onApply }: { part: Extract<Part, { type: 'code' }>; onApply: Props['onApply'] }) {
  const t = useMessages(messages)
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(part.text)
      setCopied(true)
    } catch {
      // Denied, or absent on plain HTTP: the person can still do it by hand.
      showToast({ kind: 'error', text: common.t('copy.failed', { key: keyLabel('Mod+C') }) })
    }
  }
  return (
    <div className="relative min-w-0 rounded-sm border border-line bg-side">
      <pre className={cx('overflow-x-auto p-2 font-mono text-12', onApply === undefined ? 'pr-9' : 'pr-17')}>
        {/* oxlint-disable-next-line react/no-danger -- escaped or highlighted by highlight.js, which escapes */}
        <code dangerouslySetInnerHTML={{ __html: part.html }} />
      </pre>
      <span className="absolute top-0 right-0 flex gap-1 rounded-sm bg-side p-1">
        {onApply !== undefined && (
          <IconButton
            icon={FileDiff}
            label={t('message.apply')}
            className="bg-side"
            onClick={() => onApply(part.text, part.info)}
          />
        )}
        <IconButton
          icon={isCopied ? Check : Copy}
          label={t(isCopied ? 'message.copied' : 'message.copy')}
          className="bg-side"
          onClick={() => void copy()}
        />
      </span>
    </div>
  )
}
