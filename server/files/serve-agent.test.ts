import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import type { DocumentId, WorkspaceId } from '#shared/ids.ts'
import { serveAgent } from './serve-agent.ts'

it('tells people why a file could not be written', async () => {
  const socket = new EventEmitter()
  const broadcast = vi.fn()
  const workspaceId = 'w'.repeat(22) as WorkspaceId
  const documentId = 'd'.repeat(22) as DocumentId
  const options = { agent: { workspaceId, generation: 1 }, socket, broadcast, rows: { belongs: async () => true } }
  serveAgent(options as unknown as Parameters<typeof serveAgent>[0])
  socket.emit('file.status', { documentId, status: 'failed', message: 'too_large' })
  await vi.waitFor(() => expect(broadcast).toHaveBeenCalled())
  expect(broadcast.mock.calls[0]?.[2]).toEqual({
    workspaceId,
    documentId,
    status: 'failed',
    seq: 0,
    message: 'too_large',
  })
})
