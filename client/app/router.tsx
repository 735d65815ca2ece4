import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
  type SearchSchemaInput,
} from '@tanstack/react-router'
import { isIdePath } from '#shared/addresses.ts'
import { ID_PATTERN } from '#shared/ids.ts'
import { readUsageSearch, type UsageSearch } from '../ai/usage/usage-search.ts'
import { NothingHere } from '../auth/nothing-here.tsx'
import { localNext } from '../auth/validation.ts'
import { queryClient } from '../platform/query-client.ts'
import { authStateQuery } from '../platform/session.ts'
import { RouteError } from './route-error.tsx'

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

interface EntrySearch {
  next?: string
  error?: string
  invite?: string
}
const entrySearch = (search: Record<string, unknown> & SearchSchemaInput): EntrySearch => {
  const [next, error, invite] = [text(search['next']), text(search['error']), text(search['invite'])]
  return { ...(next && { next }), ...(error && { error }), ...(invite && { invite }) }
}

const rootRoute = createRootRoute({
  component: Outlet,
  beforeLoad: async ({ location }) => {
    const state = await queryClient.ensureQueryData(authStateQuery)
    if (!state.isSetupDone && location.pathname !== '/setup') throw redirect({ to: '/setup' })
    return { auth: state }
  },
})

const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  beforeLoad: ({ context }) => {
    if (context.auth.isSetupDone) throw redirect({ to: '/' })
  },
  component: lazyRouteComponent(() => import('../auth/setup-page.tsx'), 'SetupPage'),
})

const login = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: entrySearch,
  beforeLoad: ({ context, search }) => {
    if (context.auth.me !== null) throw redirect({ href: localNext(search.next) })
  },
  component: lazyRouteComponent(() => import('../auth/login-page.tsx'), 'LoginPage'),
})

const signUp = createRoute({
  getParentRoute: () => rootRoute,
  path: '/signup',
  validateSearch: entrySearch,
  beforeLoad: ({ context, search }) => {
    if (context.auth.me !== null) throw redirect({ href: localNext(search.next) })
  },
  component: lazyRouteComponent(() => import('../auth/sign-up-page.tsx'), 'SignUpPage'),
})

const invite = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite/$token',
  component: lazyRouteComponent(() => import('../auth/invite-page.tsx'), 'InvitePage'),
})

const reset = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset/$token',
  component: lazyRouteComponent(() => import('../auth/reset-page.tsx'), 'ResetPage'),
})

const guest = createRoute({
  getParentRoute: () => rootRoute,
  path: '/g/$token',
  component: lazyRouteComponent(() => import('../auth/guest-page.tsx'), 'GuestPage'),
})

/** Pages of a person with an account; others sign in first and come back. */
const signedIn = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: ({ context, location }) => {
    if (context.auth.me === null) throw redirect({ to: '/login', search: { next: location.href } })
  },
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
})

/** A page that fails gives way as a whole, frame and all: what is missing and what is forbidden must look alike. */
const asWhole = { errorComponent: false } as const

const home = createRoute({
  getParentRoute: () => signedIn,
  ...asWhole,
  path: '/',
  component: lazyRouteComponent(() => import('../workspaces/list-page.tsx'), 'ListPage'),
})

const settings = createRoute({
  getParentRoute: () => signedIn,
  ...asWhole,
  path: '/settings',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): UsageSearch => readUsageSearch(search),
  component: lazyRouteComponent(() => import('./settings-route.tsx'), 'SettingsRoute'),
})

const inbox = createRoute({
  getParentRoute: () => signedIn,
  ...asWhole,
  path: '/inbox',
  component: lazyRouteComponent(() => import('../inbox/inbox-page.tsx'), 'InboxPage'),
})

const workspaceSettings = createRoute({
  getParentRoute: () => signedIn,
  ...asWhole,
  path: '/w/$workspaceId/settings',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): UsageSearch => readUsageSearch(search),
  component: lazyRouteComponent(() => import('./workspace-settings-route.tsx'), 'WorkspaceSettingsRoute'),
})

const workspaceChats = createRoute({
  getParentRoute: () => signedIn,
  ...asWhole,
  path: '/w/$workspaceId/chat',
  component: lazyRouteComponent(() => import('./chat-route.tsx'), 'ChatRoute'),
})
const workspaceChat = createRoute({
  getParentRoute: () => signedIn,
  ...asWhole,
  path: '/w/$workspaceId/chat/$chatId',
  component: lazyRouteComponent(() => import('./chat-route.tsx'), 'ChatRoute'),
})

const workspaceSuggestions = createRoute({
  getParentRoute: () => signedIn,
  ...asWhole,
  path: '/w/$workspaceId/suggestions',
  component: lazyRouteComponent(() => import('./suggestions-route.tsx'), 'SuggestionsRoute'),
})

export interface AdminSearch {
  q?: string
  cursor?: string
}
const adminSearch = (search: Record<string, unknown> & SearchSchemaInput): AdminSearch => {
  const [q, cursor] = [text(search['q']), text(search['cursor'])]
  return { ...(q && { q }), ...(cursor && { cursor }) }
}

const admin = createRoute({
  getParentRoute: () => signedIn,
  ...asWhole,
  path: '/admin',
  // Who is no admin sees the same page as for an address that does not exist.
  component: lazyRouteComponent(() => import('../admin/admin-layout.tsx'), 'AdminLayout'),
})
const adminIndex = createRoute({
  getParentRoute: () => admin,
  ...asWhole,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/admin/people' })
  },
})
const adminPeople = createRoute({
  getParentRoute: () => admin,
  ...asWhole,
  path: '/people',
  validateSearch: adminSearch,
  component: lazyRouteComponent(() => import('../admin/people-page.tsx'), 'PeoplePage'),
})
const adminWorkspaces = createRoute({
  getParentRoute: () => admin,
  ...asWhole,
  path: '/workspaces',
  validateSearch: adminSearch,
  component: lazyRouteComponent(() => import('../admin/workspaces-page.tsx'), 'WorkspacesPage'),
})
const adminAi = createRoute({
  getParentRoute: () => admin,
  ...asWhole,
  path: '/ai',
  validateSearch: (search: Record<string, unknown> & SearchSchemaInput): AdminSearch & UsageSearch => ({
    ...adminSearch(search),
    ...readUsageSearch(search),
  }),
  component: lazyRouteComponent(() => import('../ai/admin/ai-page.tsx'), 'AiAdminPage'),
})
const adminSettings = createRoute({
  getParentRoute: () => admin,
  ...asWhole,
  path: '/settings',
  component: lazyRouteComponent(() => import('../admin/settings-page.tsx'), 'AdminSettingsPage'),
})

/** One route for a workspace and all its files, so that going to another file leaves the editor standing. */
const workspace = createRoute({
  getParentRoute: () => rootRoute,
  path: '/w/$workspaceId',
  beforeLoad: ({ context, location, params }) => {
    if (!ID_PATTERN.test(params.workspaceId)) throw notFound()
    const { me, guest: visitor } = context.auth
    if (me === null && visitor?.workspaceId !== params.workspaceId) {
      throw redirect({ to: '/login', search: { next: location.href } })
    }
  },
  component: lazyRouteComponent(() => import('./workspace-route.tsx'), 'WorkspaceRoute'),
})
const workspaceHome = createRoute({ getParentRoute: () => workspace, path: '/' })
const workspaceFile = createRoute({ getParentRoute: () => workspace, path: '/f/$' })

const routeTree = rootRoute.addChildren([
  setup,
  login,
  signUp,
  invite,
  reset,
  guest,
  signedIn.addChildren([
    home,
    settings,
    inbox,
    workspaceSettings,
    workspaceChats,
    workspaceChat,
    workspaceSuggestions,
    admin.addChildren([adminIndex, adminPeople, adminWorkspaces, adminAi, adminSettings]),
  ]),
  workspace.addChildren([workspaceHome, workspaceFile]),
])

export const router = createRouter({
  routeTree,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NothingHere,
  defaultPreload: 'intent',
  // A workspace stays while its files change: where its tree and lists stand is theirs to say.
  scrollRestoration: ({ location }) => !isIdePath(location.pathname),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
