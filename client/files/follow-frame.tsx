import { useEffect } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { readSelections } from '../editor/people-in-text.ts'
import { personColor } from '../ui/avatar.tsx'
import { announce } from '../ui/announcer.ts'
import { messages } from './locale.ts'
import { activePath } from './tabs.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** Goes where the followed person goes, and says so by a frame in their colour (behaviour 16). */
export function FollowFrame() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const following = useBench((s) => s.following)
  const leader = useBench((s) => s.people.find((p) => p.id === following?.personId))
  const path = useBench((s) => activePath(s.layout))
  const file = useBench((s) => (path === null ? undefined : s.files[path]))
  const leaderPath = leader?.paths[0] ?? null
  const isMoving = following !== null && !following.isPaused

  useEffect(() => {
    if (isMoving && leaderPath !== null && leaderPath !== activePath(bench.store.getState().layout))
      bench.open(leaderPath, { isFollowing: true })
  }, [bench, isMoving, leaderPath])

  useEffect(() => {
    if (following === null || leader !== undefined) return
    announce(t('follow.left', { name: following.name }))
    bench.store.setState({ following: null })
  }, [bench, following, leader, t])

  useEffect(() => {
    if (!isMoving || file?.status !== 'open' || following === null) return undefined
    const { text, awareness } = file.session.replica()
    const move = (): void => {
      const theirs = readSelections(awareness, text).find((s) => s.user.id === following.personId)
      if (theirs === undefined) return
      const { lineNumber, column } = file.model.model.getPositionAt(theirs.head)
      bench.handles.get(bench.store.getState().layout.active)?.revealLine(lineNumber, column)
    }
    move()
    awareness.on('change', move)
    return () => awareness.off('change', move)
  }, [bench, file, following, isMoving])

  if (following === null || leader === undefined) return null
  const color = personColor(leader.color)
  return (
    <div className="pointer-events-none absolute inset-0 z-20 border-2" style={{ borderColor: color }}>
      <div
        role="status"
        className="pointer-events-auto absolute top-0 left-1/2 flex max-w-full -translate-x-1/2 items-center gap-2 rounded-b-lg px-3 py-1 text-12 font-semibold text-surface"
        style={{ background: color }}
      >
        <span className="truncate">
          {t(following.isPaused ? 'follow.paused' : 'follow.following', { name: leader.name })}
        </span>
        {following.isPaused && (
          <button
            type="button"
            className="shrink-0 rounded-sm underline"
            onClick={() => bench.store.setState({ following: { ...following, isPaused: false } })}
          >
            {t('follow.resume')}
          </button>
        )}
        <button
          type="button"
          className="shrink-0 rounded-sm underline"
          onClick={() => bench.store.setState({ following: null })}
        >
          {t('follow.stop')}
        </button>
      </div>
    </div>
  )
}
