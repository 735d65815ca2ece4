import { Link, Outlet } from '@tanstack/react-router'
import { ApiError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { useMe } from '../platform/session.ts'
import { messages } from './locale.ts'

const ITEM =
  'flex h-7 items-center rounded-sm px-2 text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-active aria-[current=page]:font-semibold aria-[current=page]:text-ink pointer-coarse:h-11'

/** The admin pages and the way between them. */
export function AdminLayout() {
  const t = useMessages(messages)
  const me = useMe()
  // The same page as for an address that does not exist: whether there is an admin page is nobody's business.
  if (me?.isPlatformAdmin !== true) throw new ApiError('not_found')
  return (
    <div className="grid flex-1 grid-cols-[200px_minmax(0,1fr)] max-md:grid-cols-1 max-md:grid-rows-[auto_1fr]">
      <nav
        aria-label={t('nav.label')}
        className="flex flex-col gap-0.5 border-r border-line bg-side px-2 py-3 max-md:flex-row max-md:overflow-x-auto max-md:border-r-0 max-md:border-b max-md:py-2"
      >
        <Link to="/admin/people" className={ITEM}>
          {t('nav.people')}
        </Link>
        <Link to="/admin/workspaces" className={ITEM}>
          {t('nav.workspaces')}
        </Link>
        <Link to="/admin/ai" className={ITEM}>
          {t('nav.ai')}
        </Link>
        <Link to="/admin/settings" className={ITEM}>
          {t('nav.settings')}
        </Link>
      </nav>
      <div className="grid max-w-[1120px] content-start gap-5 px-7 py-6 max-sm:px-4 max-sm:py-5">
        <Outlet />
      </div>
    </div>
  )
}
