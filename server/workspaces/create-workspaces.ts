import type { PrismaClient } from '#prisma/generated/client.ts'
import type { Actor } from '#shared/access/actor.ts'
import { importId } from '#shared/api/id.ts'
import { AppError } from '#shared/errors.ts'
import type { GuestId, ImportId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ImportStatus, PresentPerson } from '#shared/protocol/events.ts'
import type { ControlBus } from '#server/platform/control.ts'
import { type HttpRoute, sendJson } from '#server/platform/http.ts'
import type { Logger } from '#server/platform/log.ts'
import { createAskToEdit, type EditWish } from './ask-to-edit.ts'
import { createFolders } from './folders.ts'
import { createGuests } from './guests.ts'
import { type CloneGit, createImports, DEFAULT_LIMITS, type ImportLimits, type UnpackArchive } from './imports.ts'
import { acceptWorkspaceInvite, createInvites } from './invites.ts'
import { createLifecycle } from './lifecycle.ts'
import { createLinkExpiry } from './link-expiry.ts'
import { createLinks } from './links.ts'
import { createMembers } from './members.ts'
import { createOverview, type RuntimeView } from './overview.ts'
import { createPublisher } from './publish.ts'
import { createWorkspacesRouter } from './router.ts'
import { createLoadWorkspace } from './workspace-resource.ts'

export interface WorkspacesOptions {
  readonly prisma: PrismaClient
  readonly control: ControlBus
  readonly config: {
    /** without a slash at its end */
    readonly publicUrl: string
    readonly dataDir: string
    readonly allowFileGitUrls?: boolean
    readonly limits?: Partial<ImportLimits>
  }
  readonly unpackArchive: UnpackArchive
  readonly cloneGit: CloneGit
  readonly peopleInside: (workspaceId: WorkspaceId) => readonly PresentPerson[]
  readonly runtime: RuntimeView
  readonly onImportStatus: (importId: ImportId, userId: UserId, status: ImportStatus) => void
  readonly onGuestJoined: (workspaceId: WorkspaceId, guestId: GuestId, name: string) => void
  /** Tells a person who may change roles that a member who only reads wishes to write. */
  readonly onEditAsked: (to: UserId, wish: EditWish) => void
  readonly log: Logger
  readonly now: () => number
}

/** Workspaces, their members, invites, links, guests and imports. */
export function createWorkspaces(options: WorkspacesOptions) {
  const { prisma, control, config, peopleInside, runtime, onGuestJoined, log, now } = options
  const publicUrl = config.publicUrl.replace(/\/+$/, '')
  const folders = createFolders(config.dataDir)
  const publisher = createPublisher({ prisma, folders, log, now })
  const imports = createImports({
    publisher,
    unpackArchive: options.unpackArchive,
    cloneGit: options.cloneGit,
    limits: { ...DEFAULT_LIMITS, ...config.limits },
    allowFileGitUrls: config.allowFileGitUrls ?? false,
    onStatus: options.onImportStatus,
    log,
    now,
  })
  const stopRuntime = (id: WorkspaceId) => runtime.stop(id)
  const lifecycle = createLifecycle({ prisma, control, folders, stopRuntime, log, now })
  const linkExpiry = createLinkExpiry({ prisma, control, log, now })
  const ready = publisher.settleLeftovers().catch((error: unknown) => {
    log.error({ err: error }, 'what earlier imports left behind could not be settled')
  })

  return {
    router: createWorkspacesRouter({
      overview: createOverview({ prisma, peopleInside, runtime, now }),
      publisher,
      imports,
      lifecycle,
      members: createMembers({ prisma, control }),
      invites: createInvites({ prisma, control, publicUrl, now }),
      links: createLinks({ prisma, control, publicUrl, peopleInside, now }),
      guests: createGuests({ prisma, publicUrl, onGuestJoined, now }),
      askToEdit: createAskToEdit({ peopleInside, onEditAsked: options.onEditAsked, now }),
      ready,
      now,
    }),
    routes: [uploadRoute(imports.receive)],
    loadWorkspace: createLoadWorkspace(prisma, now),
    acceptWorkspaceInvite,
    /** Where a workspace's files and runtime data lie on this machine. */
    folders: { files: folders.files, runtime: folders.runtime },
    ready,
    /** Removes what is past its time; to be called every hour or so. */
    async sweep(): Promise<{ removed: number }> {
      imports.expire()
      return lifecycle.sweep()
    },
    importWatch: (actor: Actor, id: ImportId): ImportStatus => imports.status(actor, id),
    async close(): Promise<void> {
      await ready
      await linkExpiry.close()
      await imports.close()
    },
  }
}

const uploadRoute = (receive: ReturnType<typeof createImports>['receive']): HttpRoute => ({
  method: 'PUT',
  path: '/api/imports/:importId',
  permission: 'account.use',
  isUpload: true,
  async handle({ req, res, params, context }) {
    const id = importId.safeParse(params['importId'])
    if (!id.success) throw new AppError('not_found')
    const length = req.headers['content-length']
    await receive(context.actor, id.data, req, length === undefined ? null : Number(length))
    sendJson(res, 202, { importId: id.data })
  },
})
