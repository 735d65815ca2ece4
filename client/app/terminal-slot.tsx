import { SquareTerminal } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { WorkspaceId } from '#shared/ids.ts'
import type { IdeContext, IdeSlots } from '../files/slots.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows } from '../platform/roles.ts'
import { messages } from '../terminal/locale.ts'
import { mayType } from '../terminal/ide.ts'
import { RunMenu } from '../terminal/run-menu.tsx'
import { createTerminals, type Terminals } from '../terminal/terminals.ts'
import { showToast } from '../ui/toast.ts'

// xterm comes with the first terminal that is shown.
const TerminalPanel = lazy(() => import('../terminal/terminal-panel.tsx').then((m) => ({ default: m.TerminalPanel })))

const startAnother = (terminals: Terminals): void => {
  terminals.start().catch((error: unknown) => showToast({ kind: 'error', text: describeError(error) }))
}

/** Shared terminals in their places of the IDE: the panel, Run, the palette. */
export function useTerminalSlots(workspaceId: string): Required<Pick<IdeSlots, 'panel' | 'top' | 'commands'>> {
  const t = useMessages(messages)
  const [terminals] = useState(() => createTerminals(workspaceId as WorkspaceId))
  useEffect(() => terminals.watch(), [terminals])
  const isOpen = useStore(terminals.store, (s) => s.isOpen)
  return useMemo(
    () => ({
      panel: {
        label: t('toggle'),
        icon: SquareTerminal,
        keys: 'Mod+Backquote',
        isOpen,
        setOpen: terminals.setOpen,
        // Viewers are told there whether they may watch.
        isFor: (role) => roleAllows(role, 'workspace.watchTerminals'),
        render: (ide: IdeContext) => (
          <Suspense fallback={null}>
            <TerminalPanel terminals={terminals} ide={ide} onLeave={ide.focusEditor} />
          </Suspense>
        ),
      },
      top: (ide: IdeContext) => (mayType(ide.role) ? <RunMenu terminals={terminals} /> : null),
      commands: (ide: IdeContext) =>
        mayType(ide.role)
          ? [{ id: 'newTerminal', label: t('new'), keys: 'Mod+Shift+Backquote', run: () => startAnother(terminals) }]
          : [],
    }),
    [terminals, isOpen, t],
  )
}
