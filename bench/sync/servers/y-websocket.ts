/** y-websocket's own server, unmodified but for the free port. */
import { createRequire } from 'node:module'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { listen } from './common.ts'

const require = createRequire(new URL('../../peers/package.json', import.meta.url))
const { setupWSConnection } = require('y-websocket/bin/utils') as {
  setupWSConnection: (socket: unknown, request: unknown) => void
}
const server = createServer()
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', setupWSConnection)
listen(server)
