import type { ReactNode } from 'react'
import { memo, useEffect, useRef, useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { announce } from '../ui/announcer.ts'
import { HoldBanner } from './hold-banner.tsx'
import { messages } from './locale.ts'
import { useRecoveredCopies } from './recovered-dialog.tsx'
import { useBench, useWorkbench } from './workbench.ts'

const PATIENCE_MS = 1_500

function Banner({ children, action, run }: { children: ReactNode; action: string; run: () => void }) {
  return (
    <div role="status" className="flex shrink-0 items-center gap-3 border-b border-line bg-raised px-3 py-1.5 text-12">
      <span className="size-2 shrink-0 rounded-full bg-warning" />
      <p className="min-w-0 flex-1">{children}</p>
      <button
        type="button"
        className="h-6 shrink-0 rounded-sm px-2 font-semibold text-accent hover:bg-hover pointer-coarse:h-11"
        onClick={run}
      >
        {action}
      </button>
    </div>
  )
}

/** What everybody here must know: no connection, edits to look at, no access any more. */
export const Banners = memo(function Banners({ onLeave }: { onLeave: () => void }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const status = useBench((s) => s.link.status)
  const end = useBench((s) => s.end)
  const copies = useRecoveredCopies()
  const isDown = status === 'waiting'
  const [isOffline, setOffline] = useState(false)
  const wasOffline = useRef(false)

  // A link that is back within a moment needs no sentence.
  useEffect(() => {
    if (status === 'connecting') return undefined
    const timer = setTimeout(() => setOffline(isDown), isDown ? PATIENCE_MS : 0)
    return () => clearTimeout(timer)
  }, [isDown, status])
  useEffect(() => {
    if (wasOffline.current && !isOffline) announce(t('offline.back'))
    wasOffline.current = isOffline
  }, [isOffline, t])

  return (
    <>
      {end !== null && (
        <Banner action={t(bench.me.kind === 'guest' ? 'ended.toSignIn' : 'ended.toList')} run={onLeave}>
          {t(`ended.${end}`)} {copies.length > 0 && t('ended.copies')}
        </Banner>
      )}
      {end === null && <HoldBanner />}
      {end === null && isOffline && (
        <Banner action={t('offline.retry')} run={() => bench.sync.resume()}>
          {t('offline.banner')}
        </Banner>
      )}
      {copies.length > 0 && (
        <Banner action={t('tree.open')} run={() => bench.store.setState({ overlay: 'recovered' })}>
          {t('recovered.show', { count: copies.length })}
        </Banner>
      )}
    </>
  )
})
