import { useRouter } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { Me } from '#shared/api/auth.ts'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import type { AwarenessUser } from '#shared/protocol/sync.ts'
import { failureOf } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { usePreferences } from '../platform/preferences.ts'
import { useAuthState, useMe } from '../platform/session.ts'
import { Banners } from './banners.tsx'
import { CommandPalette } from './command-palette.tsx'
import { listCommands } from './commands.ts'
import { filePageUrl, parseLines } from './files-api.ts'
import { IdeLayout } from './ide-layout.tsx'
import { messages } from './locale.ts'
import { QuickOpen } from './quick-open.tsx'
import { RecoveredDialog } from './recovered-dialog.tsx'
import { type IdeSlots, NO_SLOTS, slotsFor } from './slots.ts'
import { StatusBar } from './status-bar.tsx'
import { activePath } from './tabs.ts'
import { TopBar } from './top-bar.tsx'
import { nameOf } from './tree.ts'
import { useAnnouncements } from './use-announcements.ts'
import { useCommandKeys } from './use-commands.ts'
import { slotCommands } from './slot-commands.ts'
import { useIdeContext } from './use-ide-context.ts'
import { createWorkbench, useBench, type Workbench, WorkbenchContext } from './workbench.ts'

export interface ShareProps {
  readonly workspaceId: string
  readonly role: WorkspaceRole
  readonly open: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}
export interface SignInProps {
  readonly formerly: Pick<Me, 'id' | 'email'>
  readonly onSignedIn: () => void
}

interface Props {
  readonly workspaceId: string
  /** the file in the address, null where there is none */
  readonly path: string | null
  readonly renderShare?: (props: ShareProps) => ReactNode
  readonly renderSignIn?: (props: SignInProps) => ReactNode
  readonly slots?: IdeSlots
}

const NARROW = '(max-width: 900px)'

/** The IDE of one workspace. */
export function IdePage({ workspaceId, path, renderShare, renderSignIn, slots = NO_SLOTS }: Props) {
  const auth = useAuthState()
  const router = useRouter()
  const [bench, setBench] = useState<Workbench | null>(null)
  // Still the person after their session ended: the overlay asks, and the editor keeps what they typed.
  const me = useMe()
  const guestName = auth?.guest?.name ?? null
  const userId = me?.id ?? auth?.guest?.id ?? null
  const person = useRef<AwarenessUser | null>(null)
  // What others see comes from the server anyway; this is what the own page shows until then.
  if (userId !== null)
    person.current = {
      id: userId,
      name: me?.name ?? guestName ?? '',
      color: me?.color ?? 1,
      role: '',
      kind: me === null ? 'guest' : 'person',
    }

  const start = useEffectEvent(() =>
    person.current === null
      ? null
      : createWorkbench({
          workspaceId,
          me: person.current,
          isNarrow: window.matchMedia(NARROW).matches,
          navigate: (url, isReplacing) => {
            if (url !== location.pathname) router.history[isReplacing ? 'replace' : 'push'](url)
          },
        }),
  )
  // The session may end and come back; the workbench with its pending edits stays.
  const isKnown = person.current !== null
  useEffect(() => {
    const created = isKnown ? start() : null
    setBench(created)
    return () => {
      setBench(null)
      created?.dispose()
    }
  }, [workspaceId, isKnown])

  if (bench === null) return null
  return (
    <WorkbenchContext value={bench}>
      <Ide
        bench={bench}
        path={path}
        me={me}
        signedInId={auth?.me?.id ?? null}
        slots={slots}
        {...(renderShare && { renderShare })}
        {...(renderSignIn && { renderSignIn })}
      />
    </WorkbenchContext>
  )
}

interface IdeProps extends Omit<Props, 'workspaceId' | 'slots'> {
  readonly slots: IdeSlots
  readonly bench: Workbench
  readonly me: Me | null
  /** null while the session is over */
  readonly signedInId: string | null
}

function Ide({ bench, path, me, signedInId, slots: all, renderShare, renderSignIn }: IdeProps) {
  const t = useMessages(messages)
  const router = useRouter()
  const preferences = usePreferences()
  const info = useBench((s) => s.info)
  const infoError = useBench((s) => s.infoError)
  const role = useBench((s) => s.role)
  const active = useBench((s) => activePath(s.layout))
  const overlay = useBench((s) => s.overlay)
  const isShareOpen = useBench((s) => s.isShareOpen)
  const linkStatus = useBench((s) => s.link.status)
  const slots = useMemo(() => slotsFor(all, role), [all, role])
  const canShare = renderShare !== undefined && (role === 'owner' || role === 'admin')
  useAnnouncements(preferences.announcePeople)
  const { notes } = slots
  useEffect(() => bench.store.setState({ notes: notes ?? new Map() }), [bench, notes])

  // The address leads: a link, Back and Forward open what they name.
  useEffect(() => {
    bench.begin(path === '' ? null : path, parseLines(location.hash))
    const shown = activePath(bench.store.getState().layout)
    if (path === null || path === '' || path === shown) return
    // The router hands an address on a moment later: whoever opened more files meanwhile must not be taken back.
    const isStale = shown !== null && router.history.location.pathname === filePageUrl(bench.workspaceId, shown)
    if (!isStale) bench.open(path, { lines: parseLines(location.hash) })
  }, [bench, path, router])
  useEffect(() => {
    const onHash = (): void => {
      const lines = parseLines(location.hash)
      if (lines !== null) bench.handles.get(bench.store.getState().layout.active)?.reveal(lines.from, lines.to)
    }
    window.addEventListener('hashchange', onHash)
    return () => window.removeEventListener('hashchange', onHash)
  }, [bench])
  useEffect(() => {
    const workspace = info?.name ?? ''
    document.title = active === null ? t('titleEmpty', { workspace }) : t('title', { file: nameOf(active), workspace })
  }, [active, info, t])
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (bench.sync.hasUnsavedEdits()) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [bench])
  useEffect(() => {
    if (signedInId === bench.me.id) bench.sync.resume()
  }, [bench, signedInId])

  const ide = useIdeContext()
  const leave = useCallback(() => router.history.push('/'), [router])
  const listNow = useMemo(
    () => () => [
      ...listCommands({ bench, preferences, hasAccount: me !== null, canShare, onLeave: leave }),
      ...slotCommands(slots, ide),
    ],
    [bench, preferences, me, canShare, leave, slots, ide],
  )
  useCommandKeys(bench, listNow)

  const failure = infoError === null ? null : failureOf(infoError).code
  // The route's own page for missing and forbidden, the same for both.
  if (failure === 'not_found' || failure === 'forbidden') throw infoError
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <TopBar canShare={canShare} onLeave={leave} tools={slots.top?.(ide)} />
      <Banners onLeave={leave} />
      <IdeLayout slots={slots} />
      <StatusBar />
      {slots.over?.(ide)}
      {overlay === 'quick-open' && <QuickOpen />}
      {overlay === 'palette' && <CommandPalette commands={listNow()} />}
      {overlay === 'recovered' && <RecoveredDialog />}
      {canShare &&
        renderShare({
          workspaceId: bench.workspaceId,
          role: role as WorkspaceRole,
          open: isShareOpen,
          onOpenChange: (isOpen) => bench.store.setState({ isShareOpen: isOpen }),
        })}
      {linkStatus === 'signed-out' &&
        me !== null &&
        renderSignIn?.({ formerly: me, onSignedIn: () => bench.sync.resume() })}
    </div>
  )
}
