import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import type { TerminalId, WorkspaceId } from '#shared/ids.ts'
import type { AgentTerminal } from '#shared/protocol/pty.ts'
import { createLogger } from '#server/platform/log.ts'
import { createTerminals } from './terminals.ts'

const workspaceId = 'workspace' as WorkspaceId
const size = { cols: 80, rows: 24 }
const terminal = (id: string): AgentTerminal => ({
  id: id.padEnd(22, 'A') as TerminalId,
  name: id,
  size,
  title: 'bash',
  root: '/w',
  folder: '',
  startedBy: 'mina',
  startedAt: 0,
  state: { status: 'running' },
  isBusy: false,
})
const [a, b] = [terminal('a'), terminal('b')]

function createStage() {
  const told: { socketId: string; event: string; payload: object }[] = []
  const terminals = createTerminals({
    call: async () => ({ offset: 0, screen: '', size }),
    toSocket: (socketId, event, payload) => void told.push({ socketId, event, payload }),
    log: createLogger('silent'),
    now: () => 0,
  })
  const connect = (list: readonly AgentTerminal[]) => {
    const agent = new EventEmitter()
    terminals.agentConnected(workspaceId, agent, vi.fn())
    agent.emit('pty.list', { terminals: list })
    return agent
  }
  const reasons = () => told.flatMap(({ event, payload }) => (event === 'terminal.detached' ? [payload] : []))
  return { terminals, connect, reasons }
}

it('tells readers of a closed terminal apart from readers of one that ended with its agent', async () => {
  const { terminals, connect, reasons } = createStage()
  const agent = connect([a, b])
  await terminals.attach('browser', { workspaceId, terminalId: a.id, size }, true)
  await terminals.attach('browser', { workspaceId, terminalId: b.id, size }, true)
  agent.emit('pty.list', { terminals: [b] })
  expect(reasons()).toEqual([{ workspaceId, terminalId: a.id, reason: 'closed' }])
  terminals.agentGone(workspaceId)
  connect([])
  expect(reasons().slice(1)).toEqual([
    { workspaceId, terminalId: b.id, reason: 'offline' },
    { workspaceId, terminalId: b.id, reason: 'lost' },
  ])
  terminals.close()
})
