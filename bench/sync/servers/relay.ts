/**
 * The floor: forwards every frame to the others in the room; keeps no document, stores nothing. Newcomers are sent
 * the largest frame of the room, as the floor of joining.
 */
import { createServer } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import { listen } from './common.ts'

const rooms = new Map<string, Set<WebSocket>>()
const largest = new Map<string, Buffer>()
const STATE_BYTES = 64 << 10
const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket, request) => {
  const name = request.url ?? ''
  const room = rooms.get(name) ?? new Set()
  rooms.set(name, room.add(socket))
  // As a server answers SyncStep1.
  let isNew = true
  socket.on('message', (data) => {
    const frame = data as Buffer
    const state = largest.get(name)
    // A question to a server is no message to the others.
    if (state) {
      if (isNew) socket.send(state)
      isNew = false
      return
    }
    isNew = false
    if (frame.length > Math.max(STATE_BYTES, largest.get(name)?.length ?? 0)) largest.set(name, frame)
    for (const other of room) if (other !== socket) other.send(frame)
  })
  socket.on('close', () => room.delete(socket))
})
listen(server)
