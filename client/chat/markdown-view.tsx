import { Check, Copy } from 'lucide-react'
import { memo, useMemo, useState } from 'react'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { showToast } from '../ui/toast.ts'
import './chat.css'
import { messages } from './locale.ts'
import { type Part, renderMarkdown } from './markdown.ts'

/** Markdown that anyone, or any model, may have written. */
export const MarkdownView = memo(function MarkdownView({ text }: { text: string }) {
  const parts = useMemo(() => renderMarkdown(text), [text])
  return (
    <div className="chat-prose grid min-w-0 gap-2">
      {parts.map((part, index) =>
        part.type === 'code' ? (
          // Parts have no identity but their place: text only grows at its end.
          // oxlint-disable-next-line react/no-array-index-key
          <CodeBlock key={index} part={part} />
        ) : (
          // Made by markdown-it without raw HTML (markdown.ts), whose rules are tested against hostile input.
          // oxlint-disable-next-line react/no-array-index-key, react/no-danger
          <div key={index} className="min-w-0" dangerouslySetInnerHTML={{ __html: part.html }} />
        ),
      )}
    </div>
  )
})

function CodeBlock({ part }: { part: Extract<Part, { type: 'code' }> }) {
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
      <pre className="overflow-x-auto p-2 pr-9 font-code text-12">
        {/* oxlint-disable-next-line react/no-danger -- escaped or highlighted by highlight.js, which escapes */}
        <code dangerouslySetInnerHTML={{ __html: part.html }} />
      </pre>
      <IconButton
        icon={isCopied ? Check : Copy}
        label={t(isCopied ? 'message.copied' : 'message.copy')}
        className="absolute! top-1 right-1 bg-side"
        onClick={() => void copy()}
      />
    </div>
  )
}
