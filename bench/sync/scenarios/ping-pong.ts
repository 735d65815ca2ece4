import { setTimeout as delay } from 'node:timers/promises'
import { connectClient, type LoadClient } from '../load-client.ts'
import type { Scenario } from '../scenario.ts'

const PAIRS = 50
const SECONDS = 5

/** Each of a pair answers the other's edit at once; counts round trips. */
export const pingPong: Scenario = {
  name: '50 pairs answering each other at once',
  needsDocument: false,
  async run(server) {
    let isRunning = true
    let answers = 0
    const clients: LoadClient[] = []
    for (let i = 0; i < PAIRS; i++) {
      const pair: LoadClient[] = []
      for (const side of [0, 1]) {
        const seen = new Map<number, number>()
        const client = await connectClient(server, `ping-${i}`, {
          onDelivered(clientId, clock) {
            if (clientId === client?.clientId || (seen.get(clientId) ?? 0) >= clock) return
            seen.set(clientId, clock)
            if (!isRunning || pair[1 - side]?.clientId !== clientId) return
            answers++
            pair[side]?.type('x')
          },
        })
        pair[side] = client
      }
      clients.push(...pair)
    }
    await Promise.all(clients.map((client) => client.synced))
    const before = server.cpu()
    const start = performance.now()
    for (let i = 0; i < clients.length; i += 2) clients[i]?.type('x')
    await delay(SECONDS * 1000)
    isRunning = false
    const seconds = (performance.now() - start) / 1000
    const after = server.cpu()
    await Promise.all(clients.map((client) => client.close()))
    return [
      { metric: 'round trips', value: Math.round(answers / 2 / seconds), unit: '/s' },
      { metric: 'server CPU per edit', value: ((after.server - before.server) / answers) * 1e6, unit: 'µs' },
      { metric: 'CPU per edit, database included', value: ((after.all - before.all) / answers) * 1e6, unit: 'µs' },
    ]
  },
}
