import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { LogOut, Settings } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useStore } from 'zustand'
import { uploadStore } from '../files/upload-state.ts'
import { InboxLink } from '../inbox/inbox-link.tsx'
import { useMessages } from '../platform/i18n.ts'
import { useMe } from '../platform/session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Mark } from '../ui/mark.tsx'
import { Menu } from '../ui/menu.tsx'
import { messages } from './locale.ts'
import { SignOutDialog } from './sign-out-dialog.tsx'
import { listUnsaved, signOut, type UnsavedFile } from './sign-out.ts'

const TAB =
  'flex h-full items-center border-b-2 border-transparent px-2 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink'

// What it needs of the IDE comes with the first upload that goes on outside of it.
const UploadPanel = lazy(() => import('../files/upload-panel.tsx').then((m) => ({ default: m.UploadPanel })))

/** The top bar of every page of a signed-in person but the IDE, which has its own. */
export function Shell() {
  const t = useMessages(messages)
  const me = useMe()
  const navigate = useNavigate()
  const [unsaved, setUnsaved] = useState<readonly UnsavedFile[]>([])
  const isUploading = useStore(uploadStore, ({ total }) => total > 0)
  if (me === null) return <Outlet />
  const leave = async () => {
    const files = await listUnsaved(me.id)
    if (files.length === 0) await signOut(me.id)
    else setUnsaved(files)
  }
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        {t('skip')}
      </a>
      <header className="flex h-10 shrink-0 items-center gap-4 border-b border-line bg-side px-4 pointer-coarse:h-12">
        <Link to="/" className="flex items-center rounded-sm max-sm:hidden">
          <Mark />
        </Link>
        <nav aria-label={t('nav.label')} className="flex h-full items-stretch gap-1">
          <Link to="/" activeOptions={{ exact: true }} className={TAB}>
            {t('nav.workspaces')}
          </Link>
          {me.isPlatformAdmin && (
            <Link to="/admin" className={TAB}>
              {t('nav.admin')}
            </Link>
          )}
        </nav>
        <div className="ml-auto flex items-center gap-2">
          <InboxLink />
          <Menu
            trigger={
              <button
                type="button"
                className="flex size-8 items-center justify-center rounded-full pointer-coarse:size-11"
              >
                <Avatar name={me.name} color={me.color} isDecorative />
                <span className="sr-only">{t('nav.account', { name: me.name })}</span>
              </button>
            }
            entries={[
              { type: 'heading', label: me.name, note: me.email },
              { type: 'separator' },
              { type: 'item', label: t('nav.settings'), icon: Settings, run: () => void navigate({ to: '/settings' }) },
              { type: 'item', label: t('nav.signOut'), icon: LogOut, run: () => void leave() },
            ]}
          />
        </div>
      </header>
      <main id="content" tabIndex={-1} className="flex flex-1 flex-col outline-none">
        <Outlet />
      </main>
      {isUploading && (
        <div className="sticky bottom-0 z-30 overflow-hidden sm:bottom-4 sm:mb-4 sm:ml-4 sm:w-80 sm:rounded-lg sm:shadow-float">
          <Suspense>
            <UploadPanel here={null} />
          </Suspense>
        </div>
      )}
      {unsaved.length > 0 && <SignOutDialog userId={me.id} unsaved={unsaved} onClose={() => setUnsaved([])} />}
    </div>
  )
}
