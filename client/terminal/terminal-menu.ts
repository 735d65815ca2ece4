import { ClipboardPaste, Copy, Pencil, Search, Volume2, X } from 'lucide-react'
import type { TerminalInfo } from '#shared/protocol/terminal.ts'
import { describeError } from '../platform/api-error.ts'
import { isMac, keyLabel } from '../platform/keys.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import type { Terminals } from './terminals.ts'

const keys = (letter: string): string => keyLabel(isMac ? `Mod+${letter}` : `Mod+Shift+${letter}`)

export const tellFailure = (error: unknown): void => void showToast({ kind: 'error', text: describeError(error) })

/** Asks where a program would end with it. */
export function closeTerminal(terminals: Terminals, terminal: TerminalInfo): void {
  if (terminal.state.status === 'running') terminals.store.setState({ asking: { type: 'close', id: terminal.id } })
  else void terminals.close(terminal.id).catch(tellFailure)
}

/** What one can do with a terminal in the list. */
export function tabMenu(terminals: Terminals, terminal: TerminalInfo, canType: boolean): MenuEntry[] {
  const { t } = messages
  if (!canType) return []
  return [
    {
      type: 'item',
      label: t('rename'),
      icon: Pencil,
      shortcut: 'F2',
      run: () => terminals.store.setState({ asking: { type: 'rename', id: terminal.id } }),
    },
    {
      type: 'item',
      label: t('close'),
      icon: X,
      shortcut: 'Delete',
      isDangerous: true,
      run: () => closeTerminal(terminals, terminal),
    },
  ]
}

/** What one can do with the terminal on the page: the same under its button, where the pointer is, and in the palette. */
export function terminalMenu(terminals: Terminals, terminal: TerminalInfo, canType: boolean): MenuEntry[] {
  const { t } = messages
  const { hasSelection, isReadAloud } = terminals.store.getState()
  // Read when an entry is chosen: the menu may have been drawn before the screen was there.
  const shown = () => terminals.store.getState().shown
  const ofTab = tabMenu(terminals, terminal, canType)
  return [
    {
      type: 'item',
      label: t('copy'),
      icon: Copy,
      shortcut: keys('C'),
      isDisabled: !hasSelection,
      run: () => shown()?.copy(),
    },
    ...(canType
      ? [
          {
            type: 'item',
            label: t('paste'),
            icon: ClipboardPaste,
            shortcut: keys('V'),
            run: () => shown()?.paste(),
          } as const,
        ]
      : []),
    { type: 'item', label: t('selectAll'), run: () => shown()?.selectAll() },
    {
      type: 'item',
      label: t('find'),
      icon: Search,
      shortcut: keys('F'),
      // The menu gives the focus back first.
      run: () => requestAnimationFrame(() => shown()?.find()),
    },
    {
      type: 'item',
      label: t(isReadAloud ? 'readAloudOff' : 'readAloud'),
      icon: Volume2,
      run: () => terminals.setReadAloud(!isReadAloud),
    },
    ...(ofTab.length === 0 ? [] : [{ type: 'separator' } as const, ...ofTab]),
  ]
}
