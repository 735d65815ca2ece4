import type { SearchAddon } from '@xterm/addon-search'
import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { inputClass } from '../ui/text-field.tsx'
import { messages } from './locale.ts'
import { searchColours } from './theme.ts'

interface Props {
  search: SearchAddon
  onClose: () => void
}

/** Finds in what the terminal has printed, the newest first. */
export function FindBar({ search, onClose }: Props) {
  const t = useMessages(messages)
  const [text, setText] = useState('')
  const [found, setFound] = useState({ at: 0, count: 0 })
  useEffect(() => {
    const listening = search.onDidChangeResults(({ resultIndex, resultCount }) =>
      setFound({ at: resultIndex + 1, count: resultCount }),
    )
    return () => listening.dispose()
  }, [search])
  const step = (wanted: string, isBack: boolean): void => {
    const options = { decorations: searchColours() }
    if (isBack) search.findPrevious(wanted, options)
    else search.findNext(wanted, options)
  }
  const said =
    text === '' ? '' : found.count === 0 ? t('findNone') : t('findCount', { at: found.at, count: found.count })
  return (
    <form
      role="search"
      aria-label={t('findIn')}
      className="absolute top-1 right-3 z-10 flex max-w-[calc(100%-24px)] items-center gap-1 rounded-sm bg-raised p-1 shadow-float"
      onSubmit={(event) => {
        event.preventDefault()
        step(text, false)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
        else if (event.key === 'Enter' && event.shiftKey) {
          event.preventDefault()
          step(text, true)
        }
      }}
    >
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- opened by the person, to type in
        autoFocus
        aria-label={t('findIn')}
        value={text}
        className={`${inputClass} h-7! w-48 min-w-0`}
        onChange={(event) => {
          setText(event.target.value)
          step(event.target.value, true)
        }}
      />
      <span role="status" className="min-w-16 px-1 text-12 whitespace-nowrap text-muted tabular-nums">
        {said}
      </span>
      <IconButton icon={ArrowUp} label={t('previous')} onClick={() => step(text, true)} />
      <IconButton icon={ArrowDown} label={t('next')} type="submit" />
      <IconButton icon={X} label={t('close')} onClick={onClose} />
    </form>
  )
}
