import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserActor } from '#shared/access/actor.ts'
import type { MemberRole } from '#shared/access/permissions.ts'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { ClientEvents, EventResult, ServerEvents } from '#shared/protocol/events.ts'
import type { TerminalInfo, TerminalOutput, TerminalScreen } from '#shared/protocol/terminal.ts'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { newId } from '#server/platform/tokens.ts'
import { makeDiskWorkspace, makePerson } from './testing/disk-workspace.ts'
import { startTestApp } from './testing/test-app.ts'

const size = { cols: 80, rows: 24 }
let test: Awaited<ReturnType<typeof startTestApp>>
let workspaceId: WorkspaceId
let root: string
const clients: Socket[] = []

type Client = Socket<ServerEvents, ClientEvents>

const send = <T = null>(client: Client, name: string, input: object): Promise<EventResult<T>> =>
  (client as unknown as Socket).timeout(10_000).emitWithAck(name, { workspaceId, ...input }) as Promise<EventResult<T>>

const must = async <T = null>(client: Client, name: string, input: object): Promise<T> => {
  const result = await send<T>(client, name, input)
  if (!result.ok) throw new Error(`${name}: ${result.code}`)
  return result.value
}

async function join(role: MemberRole): Promise<Client & { userId: UserActor['userId']; cookie: string }> {
  const { actor, cookie } = await makePerson(test.database.prisma, { workspaceId, role })
  const { userId } = actor
  const extraHeaders = { cookie, origin: test.origin }
  const client: Client = io(test.origin, { transports: ['websocket'], forceNew: true, extraHeaders })
  clients.push(client)
  await must(client, 'workspace.join', {})
  return Object.assign(client, { userId, cookie })
}

/** Keeps what a reader gets, acknowledges it, and waits for a text. */
async function read(client: Client, terminalId: TerminalId) {
  let text = ''
  let check = (): void => {}
  client.on('terminal.output', ({ offset, bytes, terminalId: of }: TerminalOutput) => {
    if (of !== terminalId) return
    text += Buffer.from(bytes).toString('utf8')
    void send(client, 'terminal.acknowledge', { terminalId, offset: offset + bytes.byteLength })
    check()
  })
  const screen = await must<TerminalScreen>(client, 'terminal.attach', { terminalId, size })
  return {
    screen,
    text: () => text,
    until: (wanted: string): Promise<void> =>
      new Promise((resolve) => {
        check = () => {
          if ((screen.screen + text).includes(wanted)) resolve()
        }
        check()
      }),
  }
}

beforeAll(async () => {
  test = await startTestApp()
  ;({ workspaceId, root } = await makeDiskWorkspace(test.database.prisma, test.dataDir))
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await test.close()
})

describe('terminals on the whole server', () => {
  it('show two people one screen, let a viewer in only where allowed, and end for all when closed', async () => {
    const mina = await join('editor')
    const jun = await join('editor')
    const viewer = await join('viewer')
    await must<{ terminals: TerminalInfo[] }>(jun, 'terminal.list', {})
    const { terminalId } = await must<{ terminalId: TerminalId }>(mina, 'terminal.open', { size })
    const first = await read(mina, terminalId)
    const second = await read(jun, terminalId)
    await must(mina, 'terminal.input', { terminalId, data: 'echo "$((6*7))"-한글\r' })
    await first.until('42-한글')
    await second.until('42-한글')

    expect(await send(viewer, 'terminal.attach', { terminalId, size })).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await send(viewer, 'terminal.input', { terminalId, data: 'x' })).toMatchObject({
      ok: false,
      code: 'forbidden',
    })
    expect(await send(mina, 'terminal.input', { terminalId: newId(), data: 'x' })).toMatchObject({ code: 'not_found' })

    const late = await read(mina, terminalId)
    expect(late.screen.screen).toContain('42-한글')
    const closed = new Promise((resolve) => jun.once('terminal.detached', resolve))
    await must(mina, 'terminal.close', { terminalId })
    expect(await closed).toMatchObject({ terminalId, reason: 'closed' })
    const { terminals } = await must<{ terminals: TerminalInfo[] }>(mina, 'terminal.list', {})
    expect(terminals).toEqual([])
    const rows = await test.database.prisma.auditEvent.findMany({ where: { workspaceId, targetId: terminalId } })
    expect(rows.map(({ action }) => action)).toEqual(['terminal.opened', 'terminal.closed'])
  })

  it('run a hostile script name as one inert word', async () => {
    const mina = await join('editor')
    const name = `a'; touch escaped; echo $(touch escaped) '`
    await writeFile(path.join(root, 'package.json'), JSON.stringify({ scripts: { [name]: 'echo script-$((40+2))' } }))
    const { terminalId } = await must<{ terminalId: TerminalId }>(mina, 'run.start', {
      ...{ kind: 'script', path: 'package.json', name, size },
    })
    const reader = await read(mina, terminalId)
    await reader.until('script-42')
    expect((await must<{ runnables: unknown[] }>(mina, 'run.list', {})).runnables).toHaveLength(1)
    const { access } = await import('node:fs/promises')
    await expect(access(path.join(root, 'escaped'))).rejects.toThrow('ENOENT')
    await must(mina, 'terminal.close', { terminalId })
  })

  it('take the keyboard from whoever is demoted, and the screen from viewers once they may not watch', async () => {
    const { prisma } = test.database
    const owner = await join('owner')
    const mina = await join('editor')
    const { terminalId } = await must<{ terminalId: TerminalId }>(owner, 'terminal.open', { size })
    await read(owner, terminalId)
    const seen = await read(mina, terminalId)
    const allow = (isAllowed: boolean) =>
      fetch(`${test.origin}/trpc/terminals.setViewersWatch`, {
        method: 'POST',
        headers: { cookie: owner.cookie, origin: test.origin, 'content-type': 'application/json' },
        body: JSON.stringify({ workspaceId, isAllowed }),
      })
    expect((await allow(true)).status).toBe(200)
    const demote = await fetch(`${test.origin}/trpc/workspaces.setRole`, {
      method: 'POST',
      headers: { cookie: owner.cookie, origin: test.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ workspaceId, userId: mina.userId, role: 'viewer' }),
    })
    expect(demote.status).toBe(200)
    expect(await send(mina, 'terminal.input', { terminalId, data: 'x' })).toMatchObject({ code: 'forbidden' })
    await must(owner, 'terminal.input', { terminalId, data: 'echo still-"$((40+2))"\r' })
    await seen.until('still-42')

    const detached = new Promise((resolve) => mina.once('terminal.detached', resolve))
    expect((await allow(false)).status).toBe(200)
    expect(await detached).toMatchObject({ terminalId, reason: 'forbidden' })
    expect(await send(mina, 'terminal.attach', { terminalId, size })).toMatchObject({ code: 'forbidden' })
    const rows = await prisma.auditEvent.findMany({ where: { action: 'workspace.viewers-watch-terminals' } })
    expect(rows).toHaveLength(2)
    await must(owner, 'terminal.close', { terminalId })
  })
})
