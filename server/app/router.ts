import type { createAdmin } from '#server/admin/admin.ts'
import type { createAi } from '#server/ai/ai.ts'
import type { createChat } from '#server/ai/chat/chat.ts'
import type { createSuggestions } from '#server/ai/suggestions/suggestions.ts'
import type { Auth } from '#server/auth/auth.ts'
import type { createFiles } from '#server/files/create-files.ts'
import type { createHistory } from '#server/history/create-history.ts'
import type { createInbox } from '#server/inbox/create-inbox.ts'
import { router } from '#server/platform/trpc.ts'
import type { createTerminalFeature } from '#server/terminal/create-terminal-feature.ts'
import type { createWorkspaces } from '#server/workspaces/create-workspaces.ts'

/** All procedures of the product; the client's types come from here. */
export const createAppRouter = (features: {
  auth: Auth['router']
  workspaces: ReturnType<typeof createWorkspaces>['router']
  files: ReturnType<typeof createFiles>['router']
  terminals: ReturnType<typeof createTerminalFeature>['router']
  admin: ReturnType<typeof createAdmin>['router']
  ai: ReturnType<typeof createAi>['router']
  chat: ReturnType<typeof createChat>['router']
  suggestions: ReturnType<typeof createSuggestions>['router']
  history: ReturnType<typeof createHistory>['router']
  inbox: ReturnType<typeof createInbox>['router']
}) => router(features)

export type AppRouter = ReturnType<typeof createAppRouter>
