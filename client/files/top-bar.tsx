import { ChevronLeft, Search, UserPlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { cx } from '../ui/class-names.ts'
import { Icon } from '../ui/icon.tsx'
import { messages } from './locale.ts'
import { PeopleBar } from './people-bar.tsx'
import { useBench, useWorkbench } from './workbench.ts'

const DOT = {
  running: 'bg-[var(--person-3)]',
  starting: 'bg-warning',
  stopped: 'bg-control',
  failed: 'bg-danger',
} as const

interface Props {
  canShare: boolean
  onLeave: () => void
  /** Of other features. */
  tools?: ReactNode
}

/** Where one is, how the workspace is, the way to a file, who is here, Share. On a phone the name has room first. */
export function TopBar({ canShare, onLeave, tools }: Props) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const info = useBench((s) => s.info)
  const agent = useBench((s) => s.agent)
  // Then the way back is all that works here, and what is the person's own.
  const hasEnded = useBench((s) => s.end !== null)
  // A guest has no workspaces of their own to go back to.
  const wayOut = t(bench.me.kind === 'guest' ? 'ended.toSignIn' : 'top.back')
  return (
    <header className="flex h-10 shrink-0 items-center gap-1 border-b border-line bg-side px-2 pointer-coarse:h-12">
      <a
        href="/"
        aria-label={`${info?.name ?? ''}, ${wayOut}`}
        title={wayOut}
        className="flex h-7 min-w-0 items-center gap-1 rounded-sm px-1.5 font-semibold hover:bg-hover pointer-coarse:h-11"
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.button !== 0) return
          event.preventDefault()
          onLeave()
        }}
      >
        <Icon of={ChevronLeft} className="shrink-0" />
        <h1 className="max-w-48 truncate text-13 max-sm:max-w-none">{info?.name ?? ''}</h1>
      </a>
      {hasEnded ? (
        <span className="flex-1" />
      ) : (
        <>
          <span
            data-testid="agent-state"
            data-state={agent}
            title={t(`agentLong.${agent}`)}
            className="flex shrink-0 items-center gap-1.5 px-2 text-muted max-sm:mr-auto max-sm:pl-0"
          >
            <i className={cx('size-2 rounded-full', DOT[agent])} />
            <span className="max-sm:sr-only">{t(`agent.${agent}`)}</span>
          </span>
          <button
            type="button"
            onClick={() => bench.store.setState({ overlay: 'quick-open' })}
            className="mx-auto flex h-7 w-[min(420px,34vw)] items-center justify-between gap-2 rounded-sm border border-line bg-surface px-2 text-muted hover:bg-hover max-[900px]:ml-auto max-[900px]:w-auto max-sm:hidden pointer-coarse:h-11"
          >
            <Icon of={Search} className="shrink-0 min-[901px]:hidden" />
            <span className="truncate">{t('top.search')}</span>
            <kbd className="font-sans text-12 max-[900px]:hidden">{keyLabel('Mod+P')}</kbd>
          </button>
        </>
      )}
      {tools}
      {!hasEnded && <PeopleBar />}
      {canShare && (
        <button
          type="button"
          onClick={() => bench.store.setState({ isShareOpen: true })}
          className="ml-1.5 inline-flex h-7 min-w-7 shrink-0 items-center justify-center rounded-sm bg-accent whitespace-nowrap font-semibold text-on-accent hover:brightness-110 max-sm:ml-0.5 sm:px-3 pointer-coarse:h-11 pointer-coarse:min-w-11"
        >
          <Icon of={UserPlus} className="sm:hidden" />
          <span className="max-sm:sr-only">{t('top.share')}</span>
        </button>
      )}
    </header>
  )
}
