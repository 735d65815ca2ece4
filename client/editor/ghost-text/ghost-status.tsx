import { useStore } from 'zustand'
import { sentenceFor } from '../../platform/api-error.ts'
import { useMessages } from '../../platform/i18n.ts'
import { ghostState, toggleCompletions } from './ghost-state.ts'
import { messages } from './locale.ts'

/** In the status bar: whether completions come, and if not, why. Nothing where no model completes. */
export function GhostStatus() {
  const t = useMessages(messages)
  const { isOn, isOffered, problem } = useStore(ghostState)
  if (isOffered !== true) return null
  const isPaused = isOn && problem !== null
  return (
    <button
      type="button"
      aria-pressed={isOn}
      title={isPaused ? sentenceFor(problem) : t(isOn ? 'onLong' : 'offLong')}
      className="rounded-sm hover:text-ink max-sm:hidden"
      onClick={toggleCompletions}
    >
      {t(isPaused ? 'paused' : isOn ? 'on' : 'off')}
    </button>
  )
}
