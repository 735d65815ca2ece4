import { mkdir, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { UserId, WorkspaceId } from '#shared/ids.ts'
import { hashToken, newId, newToken } from '#server/platform/tokens.ts'
import { startTestApp } from './testing/test-app.ts'

let test: Awaited<ReturnType<typeof startTestApp>>
let workspaceId: WorkspaceId
let owner: string
let reader: string

async function makeMember(role: 'owner' | 'viewer'): Promise<string> {
  const { prisma } = test.database
  const userId = newId<UserId>()
  const token = newToken()
  const later = new Date(Date.now() + 3_600_000)
  await prisma.user.create({
    data: { id: userId, email: `${userId.toLowerCase()}@example.org`, name: 'Ada', color: 1 },
  })
  await prisma.session.create({
    data: { id: newId(), tokenHash: hashToken(token), userId, expiresAt: later, absoluteExpiresAt: later },
  })
  await prisma.membership.create({ data: { workspaceId, userId, role } })
  return `pairloom=${token}`
}

beforeAll(async () => void (test = await startTestApp()))
afterAll(() => test.close())
beforeEach(async () => {
  workspaceId = newId<WorkspaceId>()
  const volumeId = newId<string>()
  await test.database.prisma.workspace.create({ data: { id: workspaceId, name: 'w', volumeId } })
  owner = await makeMember('owner')
  reader = await makeMember('viewer')
  const root = path.join(test.dataDir, 'workspaces', workspaceId)
  await mkdir(path.join(root, 'files'), { recursive: true })
  await mkdir(path.join(root, 'runtime'))
  await writeFile(path.join(root, 'runtime/volume-id'), volumeId)
  await writeFile(path.join(root, 'files/large.bin'), Buffer.alloc(64 << 20))
})

const ask = (pathname: string, headers: Record<string, string>) => fetch(`${test.origin}${pathname}`, { headers })

const tell = async (procedure: string, cookie: string, input: object): Promise<void> => {
  const headers = { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
  const answer = await fetch(`${test.origin}/trpc/${procedure}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(input),
  })
  expect(await answer.text()).toContain('result')
}

const beginDownload = async (): Promise<IncomingMessage> => {
  const headers = { cookie: reader }
  const request = get(`${test.origin}/api/workspaces/${workspaceId}/files/large.bin`, { headers })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(200)
  return response
}

it("knows an agent's token at the agent's own doors only: what a shell can read opens no browser's route", async () => {
  const agentToken = newToken()
  await test.database.prisma.agentToken.create({
    data: { workspaceId, generation: 0, tokenHash: hashToken(agentToken) },
  })
  const headers = { authorization: `Bearer ${agentToken}` }
  const download = await ask(`/api/workspaces/${workspaceId}/files/large.bin`, headers)
  expect(download.status).toBe(401)
  const input = encodeURIComponent(JSON.stringify({ workspaceId, path: '' }))
  expect((await ask(`/trpc/files.list?input=${input}`, headers)).status).toBe(401)
  expect((await ask(`/api/workspaces/${workspaceId}/tree`, headers)).status).toBe(401)
  await test.database.prisma.agentToken.deleteMany({ where: { workspaceId } })
})

it.each([
  ['leaves', () => tell('workspaces.leave', reader, { workspaceId })],
  ['signs out', () => tell('auth.logout', reader, {})],
  ['loses the workspace', () => tell('workspaces.delete', owner, { workspaceId })],
])('[A3] cuts a download that is under way when its reader %s', async (_, revoke) => {
  const response = await beginDownload()
  await revoke()
  const ended = new Promise((resolve) => {
    response.once('error', () => resolve('cut'))
    response.once('end', () => resolve('whole'))
  })
  response.resume()
  expect(await ended).toBe('cut')
})
