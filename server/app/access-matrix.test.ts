import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Actor } from '#shared/access/actor.ts'
import type { Resource } from '#shared/access/can.ts'
import { PERMISSIONS, type Permission } from '#shared/access/permissions.ts'
import { measureAccess, renderAccess } from './testing/access-matrix.ts'
import { setTheStage, type Stage } from './testing/cast.ts'
import { startTestApp } from './testing/test-app.ts'

// Lets a test answer one permission with "yes" everywhere, to prove that the table would notice.
const forced = vi.hoisted(() => ({ permission: null as string | null }))
vi.mock('#shared/access/can.ts', async (importOriginal) => {
  const real = await importOriginal<{ can: (a: Actor, p: Permission, r: Resource) => boolean }>()
  return { ...real, can: (a: Actor, p: Permission, r: Resource) => p === forced.permission || real.can(a, p, r) }
})

const GOLDEN = path.join(import.meta.dirname, 'access-matrix.golden.txt')

describe('every way in × everyone × own, foreign and missing', () => {
  let test: Awaited<ReturnType<typeof startTestApp>>
  let stage: Stage
  let golden: string
  beforeAll(async () => {
    test = await startTestApp()
    stage = await setTheStage(test.database.prisma)
    golden = await readFile(GOLDEN, 'utf8')
  })
  afterAll(() => test.close())

  const measured = async () => renderAccess(await measureAccess(test.app, stage))

  it('answers as the reviewed table says, with no row missing and none left over', async () => {
    expect(await measured()).toBe(golden)
  })

  // `workspace.agent` is judged by the agent's token (server/files), never asked of the cast's entries.
  it.each(PERMISSIONS.filter((p) => p !== 'workspace.agent'))(
    'would notice if %s were granted to everyone',
    async (permission) => {
      forced.permission = permission
      try {
        expect(await measured()).not.toBe(golden)
      } finally {
        forced.permission = null
      }
    },
  )
})
