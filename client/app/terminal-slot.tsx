import { SquareTerminal } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { WorkspaceId } from '#shared/ids.ts'
import type { Command } from '../files/commands.ts'
import type { IdeContext, IdeSlots } from '../files/slots.ts'
import { useMessages } from '../platform/i18n.ts'
import { isMac } from '../platform/keys.ts'
import { roleAllows } from '../platform/roles.ts'
import { messages } from '../terminal/locale.ts'
import { mayType } from '../terminal/ide.ts'
import { RunMenu, runIt } from '../terminal/run-menu.tsx'
import { tellFailure, terminalMenu } from '../terminal/terminal-menu.ts'
import { createTerminals, type Terminals } from '../terminal/terminals.ts'

// xterm comes with the first terminal that is shown.
const TerminalPanel = lazy(() => import('../terminal/terminal-panel.tsx').then((m) => ({ default: m.TerminalPanel })))

/** On a Mac the system keeps Cmd-` for itself, and Ctrl-` is free. */
const CTRL = isMac ? 'Other' : 'Mod'

/** The way in and out by one key: shows the terminals, goes to them, and back to the text. */
function toggle(terminals: Terminals, ide: IdeContext | null): void {
  const { isOpen, shown, active } = terminals.store.getState()
  const isInside = document.activeElement?.closest('.xterm') !== null && document.activeElement !== null
  if (!isOpen) terminals.setOpen(true)
  else if (!isInside && shown !== null && active !== null) terminals.focus(active)
  else {
    terminals.setOpen(false)
    ide?.focusEditor()
  }
}

/** Everything of the terminals' menus by its name, for whoever has no pointer. */
function terminalCommands(terminals: Terminals, ide: IdeContext): Command[] {
  const { t } = messages
  const { list, active, isOpen, runnables } = terminals.store.getState()
  const canType = mayType(ide.role)
  const shown = isOpen && list.status === 'ready' ? list.terminals.find(({ id }) => id === active) : undefined
  const ofMenu = shown === undefined ? [] : terminalMenu(terminals, shown, canType)
  return [
    ...(canType
      ? [
          {
            id: 'newTerminal',
            label: t('new'),
            keys: `${CTRL}+Shift+Backquote`,
            run: () => void terminals.start().catch(tellFailure),
          },
          { id: 'run', label: t('runCommand'), run: () => terminals.store.setState({ isRunOpen: true }) },
          ...runnables.map((runnable) => ({
            id: `run ${runnable.kind} ${runnable.path} ${runnable.name}`,
            label: t('runNamed', { name: runnable.name, path: runnable.path }),
            run: () => void runIt(terminals, runnable, ide.whenSaved),
          })),
        ]
      : []),
    ...ofMenu.flatMap((entry) =>
      entry.type === 'item' && entry.isDisabled !== true
        ? [{ id: `terminal ${entry.label}`, label: t('about', { action: entry.label }), run: entry.run }]
        : [],
    ),
  ]
}

type TerminalSlots = Required<Pick<IdeSlots, 'panel' | 'top' | 'commands'>>

/** Shared terminals in their places of the IDE: the panel, Run, the palette. */
export function useTerminalSlots(workspaceId: string): TerminalSlots {
  const t = useMessages(messages)
  const [terminals] = useState(() => createTerminals(workspaceId as WorkspaceId))
  useEffect(() => terminals.watch(), [terminals])
  const isOpen = useStore(terminals.store, (s) => s.isOpen)
  const ideNow = useRef<IdeContext | null>(null)
  return useMemo(
    (): TerminalSlots => ({
      panel: {
        label: t('toggle'),
        icon: SquareTerminal,
        keys: `${CTRL}+Backquote`,
        isOpen,
        setOpen: terminals.setOpen,
        toggle: () => toggle(terminals, ideNow.current),
        // Viewers are told there whether they may watch.
        isFor: (role) => roleAllows(role, 'workspace.watchTerminals'),
        render: (ide: IdeContext) => (
          <Suspense fallback={null}>
            <TerminalPanel terminals={terminals} ide={ide} onLeave={ide.focusEditor} />
          </Suspense>
        ),
      },
      top: (ide: IdeContext) =>
        mayType(ide.role) ? <RunMenu terminals={terminals} whenSaved={ide.whenSaved} /> : null,
      commands(ide: IdeContext) {
        ideNow.current = ide
        return terminalCommands(terminals, ide)
      },
    }),
    [terminals, isOpen, t],
  )
}
