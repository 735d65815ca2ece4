import { Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { Runnable } from '#shared/protocol/terminal.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import type { Terminals } from './terminals.ts'

type Found =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'ready'; readonly runnables: readonly Runnable[] }

/** Runs it with all that was typed here, and says why it could not be. */
export async function runIt(
  terminals: Terminals,
  runnable: Runnable,
  whenSaved: () => Promise<unknown>,
): Promise<void> {
  try {
    // What the server has, the agent brings to the disk before it runs anything.
    await whenSaved()
    await terminals.run(runnable)
  } catch (error) {
    showToast({ kind: 'error', text: messages.t('runFailed', { reason: describeError(error) }) })
  }
}

/** What this workspace offers to run; it runs in a shared terminal, with what is typed on the disk first. */
export function RunMenu({ terminals, whenSaved }: { terminals: Terminals; whenSaved: () => Promise<unknown> }) {
  const t = useMessages(messages)
  const isOpen = useStore(terminals.store, (s) => s.isRunOpen)
  const [found, setFound] = useState<Found>({ status: 'loading' })
  // Opened by its button, or by its name in the palette.
  useEffect(() => {
    if (!isOpen) return
    terminals.listRunnables().then(
      (runnables) => setFound({ status: 'ready', runnables }),
      (error: unknown) => setFound({ status: 'failed', error }),
    )
  }, [terminals, isOpen])
  return (
    <Menu
      isOpen={isOpen}
      onOpenChange={(isRunOpen) => terminals.store.setState({ isRunOpen })}
      entries={entriesOf(found, t, (runnable) => void runIt(terminals, runnable, whenSaved))}
      trigger={
        <button
          type="button"
          className="flex h-7 shrink-0 items-center gap-1.5 rounded-sm px-2 font-semibold text-accent hover:bg-hover data-popup-open:bg-active pointer-coarse:h-11"
        >
          <Icon of={Play} />
          <span className="max-sm:sr-only">{t('run')}</span>
        </button>
      }
    />
  )
}

function entriesOf(found: Found, t: typeof messages.t, run: (runnable: Runnable) => void): MenuEntry[] {
  switch (found.status) {
    case 'loading':
      return [{ type: 'heading', label: t('run'), note: t('runLoading') }]
    case 'failed':
      return [{ type: 'heading', label: t('run'), note: describeError(found.error) }]
    case 'ready': {
      if (found.runnables.length === 0) return [{ type: 'heading', label: t('run'), note: t('runNone') }]
      const files = [...new Set(found.runnables.map((r) => r.path))]
      return files.flatMap((path): MenuEntry[] => {
        const own = found.runnables.filter((r) => r.path === path)
        const items = own.map((runnable): MenuEntry => ({
          type: 'item',
          label: runnable.name,
          ...(runnable.detail !== null && { note: runnable.detail }),
          icon: Play,
          run: () => run(runnable),
        }))
        // A Python file is its own and only entry.
        return own[0]?.kind === 'python' ? items : [{ type: 'heading', label: path }, ...items]
      })
    }
  }
}
