import { cp } from 'node:fs/promises'
import path from 'node:path'
import type { PrismaClient } from '#prisma/generated/client.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import { audit } from '#server/platform/audit.ts'
import type { Logger } from '#server/platform/log.ts'
import { newId } from '#server/platform/tokens.ts'
import { explainFullDisk } from './disk-error.ts'
import type { Folders, Staging } from './folders.ts'
import { inTransaction, type Requester, userOf } from './workspace-lock.ts'

const SAMPLE = path.join(import.meta.dirname, 'sample')

interface PublishDeps {
  readonly prisma: PrismaClient
  readonly folders: Folders
  readonly log: Logger
  readonly now: () => number
}

export type Publisher = ReturnType<typeof createPublisher>

/** Makes workspaces appear whole or not at all. */
export function createPublisher({ prisma, folders, log, now }: PublishDeps) {
  const exists = async (id: string) => (await prisma.workspace.count({ where: { id } })) > 0

  async function settle(root: string): Promise<void> {
    try {
      await folders.settle(root, exists)
    } catch (error) {
      // The next start settles it again.
      log.warn({ err: error }, 'a staged workspace could not be settled')
    }
  }

  async function publish(by: Requester, staging: Staging, facts: { name: string; source: string }): Promise<void> {
    const { workspaceId, volumeId } = staging
    const { userId } = userOf(by.actor)
    const at = new Date(now())
    await inTransaction(prisma, async (tx) => {
      await tx.workspace.create({ data: { id: workspaceId, name: facts.name, volumeId, createdAt: at } })
      await tx.membership.create({ data: { workspaceId, userId, role: 'owner', createdAt: at } })
      await audit(tx, { ...by, action: 'workspace.created', workspaceId, details: { source: facts.source } })
      await folders.moveIntoPlace(staging)
    })
  }

  return {
    settle,

    /** Fills a staged workspace by `fill`, then publishes it. Whatever throws, nothing half-made stays. */
    async make<T>(
      by: Requester,
      facts: { name: string; source: string; stagingId: string },
      fill: (staging: Staging) => Promise<T>,
    ): Promise<{ workspaceId: WorkspaceId; filled: T }> {
      const ids = { workspaceId: newId<WorkspaceId>(), volumeId: newId<string>() }
      const staging = await folders.stage(facts.stagingId, ids)
      try {
        const filled = await fill(staging)
        await publish(by, staging, facts)
        return { workspaceId: ids.workspaceId, filled }
      } catch (error) {
        throw explainFullDisk(error)
      } finally {
        await settle(staging.root)
      }
    },

    /** Run once at start, before anything is staged. */
    async settleLeftovers(): Promise<void> {
      for (const root of await folders.leftovers()) await settle(root)
    },
  }
}

export const copySample = (staging: Staging): Promise<void> => cp(SAMPLE, staging.files, { recursive: true })
