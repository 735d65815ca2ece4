import '@xterm/xterm/css/xterm.css'
import './terminal.css'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { TerminalInfo } from '#shared/protocol/terminal.ts'
import { Terminal } from '@xterm/xterm'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { useResolvedTheme } from '../platform/theme.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { showToast } from '../ui/toast.ts'
import { copySelection, readClipboard } from './clipboard.ts'
import { FindBar } from './find-bar.tsx'
import type { TerminalIde } from './ide.ts'
import { createLinkProvider } from './link-provider.ts'
import { messages } from './locale.ts'
import { namedFile } from './named-file.ts'
import { PasteDialog } from './paste-dialog.tsx'
import { needsPreview } from './paste-text.ts'
import { setShownTerminal } from './shown-text.ts'
import { createScreen, type Screen, type ScreenState } from './screen.ts'
import { terminalKey } from './terminal-keys.ts'
import type { ShownTerminal, Terminals } from './terminals.ts'

interface Props {
  terminals: Terminals
  info: TerminalInfo
  ide: TerminalIde
  canType: boolean
  isReadAloud: boolean
}

/** One shared terminal on the page. */
export function TerminalView({ terminals, info, ide, canType, isReadAloud }: Props) {
  const t = useMessages(messages)
  const theme = useResolvedTheme()
  const host = useRef<HTMLDivElement>(null)
  const screen = useRef<Screen | null>(null)
  const [state, setState] = useState<ScreenState>({ status: 'attaching' })
  const [attempt, setAttempt] = useState(0)
  const [pasting, setPasting] = useState<string | null>(null)
  const [address, setAddress] = useState<string | null>(null)
  const [isFinding, setFinding] = useState(false)

  const takePaste = useEffectEvent((text: string) => {
    if (!canType || text === '') return
    if (needsPreview(text)) setPasting(text)
    else screen.current?.type(text)
  })
  const toPath = useEffectEvent((word: string): string | null => namedFile(word, info, ide.hasFile))
  const name = useEffectEvent((): string => info.name)
  const openFile = useEffectEvent((path: string, line: number | null, column: number | null) =>
    ide.openFile(path, line, column),
  )
  const openWeb = (url: string): void => void window.open(url, '_blank', 'noopener,noreferrer')
  const onKey = useEffectEvent((event: KeyboardEvent): boolean => {
    const of = screen.current
    if (of === null || event.type !== 'keydown') return true
    switch (terminalKey(event, of.terminal.hasSelection())) {
      case 'copy':
        // Also with nothing to copy: browsers keep their tools behind the same keys.
        event.preventDefault()
        if (of.terminal.hasSelection()) void copySelection(of.terminal.getSelection())
        return false
      case 'paste':
        // The browser's own paste event follows.
        return false
      case 'find':
        event.preventDefault()
        setFinding(true)
        return false
      case 'menu':
        // The browser's own event for the menu follows.
        return false
      case 'shell':
        return true
    }
  })
  const shownAs = useEffectEvent((of: Screen): ShownTerminal => ({
    copy: () => void copySelection(of.terminal.getSelection()),
    paste: () => void readClipboard().then((text) => text !== null && takePaste(text)),
    selectAll: () => of.terminal.selectAll(),
    find: () => setFinding(true),
    focus: () => of.terminal.focus(),
  }))

  useEffect(() => {
    const element = host.current
    if (element === null) return undefined
    const created = createScreen({
      workspaceId: terminals.workspaceId,
      terminalId: info.id,
      host: element,
      canType,
      isReadAloud,
      onState: setState,
      onInputFailed: (error) =>
        showToast({ kind: 'error', text: messages.t('notSent', { reason: describeError(error) }) }),
      onSmaller: (smaller) => terminals.store.setState({ smaller }),
      onWebLink: setAddress,
    })
    screen.current = created
    created.terminal.attachCustomKeyEventHandler((event) => onKey(event))
    const links = created.terminal.registerLinkProvider(
      createLinkProvider({
        terminal: created.terminal,
        toPath: (word) => toPath(word),
        // A line alone is a place to go to, not a text to select: the next key would replace it.
        onFile: ({ path, line, column }) => openFile(path, line, column ?? (line === null ? null : 1)),
        onWeb: openWeb,
      }),
    )
    const onPaste = (event: ClipboardEvent): void => {
      event.preventDefault()
      event.stopPropagation()
      takePaste(event.clipboardData?.getData('text/plain') ?? '')
    }
    element.addEventListener('paste', onPaste, { capture: true })
    const selecting = created.terminal.onSelectionChange(() =>
      terminals.store.setState({ hasSelection: created.terminal.hasSelection() }),
    )
    terminals.setShown(shownAs(created))
    const hide = setShownTerminal({ terminal: created.terminal, name: () => name() })
    return () => {
      hide()
      element.removeEventListener('paste', onPaste, { capture: true })
      links.dispose()
      selecting.dispose()
      terminals.setShown(null)
      screen.current = null
      created.dispose()
    }
    // The right to type and the theme are told to the screen that stands; another attempt is another screen.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [terminals, info.id, isReadAloud, attempt])
  useEffect(() => screen.current?.setCanType(canType && info.state.status === 'running'), [canType, info.state.status])
  useEffect(() => screen.current?.restyle(), [theme])
  useEffect(() => {
    const input = screen.current?.terminal.textarea
    input?.setAttribute('aria-label', t('input', { name: info.name }))
    input?.setAttribute('aria-description', t('leaveHint', { keys: keyLabel('Ctrl+`') }))
    Terminal.strings.tooMuchOutput = t('tooMuch')
  }, [t, info.name, info.id, isReadAloud, attempt])

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {isFinding && screen.current !== null && (
        <FindBar
          search={screen.current.search}
          onClose={() => {
            screen.current?.search.clearDecorations()
            setFinding(false)
            screen.current?.terminal.focus()
          }}
        />
      )}
      <div
        ref={host}
        data-testid="terminal"
        data-state={state.status}
        role="group"
        aria-label={info.name}
        className="terminal-host min-h-0 flex-1"
      />
      <StateBar state={state} info={info} canType={canType} onRetry={() => setAttempt((n) => n + 1)} />
      <PasteDialog
        text={pasting}
        onAnswer={(isWanted) => {
          if (isWanted && pasting !== null) screen.current?.type(pasting)
          setPasting(null)
          screen.current?.terminal.focus()
        }}
      />
      <AlertDialog
        title={t('linkTitle')}
        confirm={t('linkDo')}
        isOpen={address !== null}
        onOpenChange={() => setAddress(null)}
        onConfirm={() => {
          if (address !== null) openWeb(address)
          setAddress(null)
        }}
      >
        <p>{t('linkBody')}</p>
        <p className="font-mono break-all text-ink">{address}</p>
      </AlertDialog>
    </div>
  )
}

const DETACHED = { offline: 'offline', forbidden: 'forbidden', closed: 'gone', lost: 'lost' } as const

interface StateBarProps {
  state: ScreenState
  info: TerminalInfo
  canType: boolean
  onRetry: () => void
}

/** Says what keeps the terminal from going on; nothing while it goes. */
function StateBar({ state, info, canType, onRetry }: StateBarProps) {
  const t = useMessages(messages)
  const text = ((): string | null => {
    switch (state.status) {
      case 'failed':
        return describeError(state.error)
      case 'detached':
        return t(DETACHED[state.reason])
      case 'attaching':
      case 'attached':
        break
    }
    if (info.state.status === 'exited') {
      const { code, signal } = info.state
      if (signal !== null) return t('killed', { signal })
      return code === null ? t('ended') : t('exited', { code })
    }
    return canType ? null : t('viewOnly')
  })()
  if (text === null) return null
  return (
    <div role="status" className="flex items-center gap-3 border-t border-line bg-side px-3 py-1 text-muted">
      <span className="flex-1">{text}</span>
      {state.status === 'failed' && <Button onClick={onRetry}>{t('retry')}</Button>}
    </div>
  )
}
