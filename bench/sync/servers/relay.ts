/** The floor: forwards every frame to the others in the room; keeps no document, stores nothing. */
import { createServer } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import { listen } from './common.ts'

const rooms = new Map<string, Set<WebSocket>>()
const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket, request) => {
  const name = request.url ?? ''
  const room = rooms.get(name) ?? new Set()
  rooms.set(name, room.add(socket))
  socket.on('message', (frame) => {
    for (const other of room) if (other !== socket) other.send(frame as Buffer)
  })
  socket.on('close', () => room.delete(socket))
})
listen(server)
