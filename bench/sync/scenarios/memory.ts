import { setTimeout as delay } from 'node:timers/promises'
import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import { connectClient, type LoadClient } from '../load-client.ts'
import type { Scenario } from '../scenario.ts'

const DOCUMENTS = 1000
const LINGER_MS = 35_000

/** A thousand open documents of 20 kB; what each costs, and what is left when everyone has gone. */
export const openDocuments: Scenario = {
  name: '1,000 open documents of 20 kB',
  needsDocument: true,
  async run(server) {
    const start = await server.memory()
    const clients: LoadClient[] = []
    for (let i = 0; i < DOCUMENTS; i++) {
      const client = await connectClient(server, `memory-${i}`)
      await client.synced
      client.sendUpdate(twentyKilobytes())
      clients.push(client)
    }
    // The last document's content is there once a newcomer sees it: everything before has been taken, too.
    const witnessed = Promise.withResolvers<void>()
    const witness = await connectClient(server, `memory-${DOCUMENTS - 1}`, { onDelivered: () => witnessed.resolve() })
    await witnessed.promise
    const open = await server.memory()
    await Promise.all([...clients, witness].map((client) => client.close()))
    // Longer than the time a room lingers; there is nothing to await from outside.
    await delay(LINGER_MS)
    const left = await server.memory()
    return [
      { metric: 'RSS each', value: (open - start) / DOCUMENTS / 1024, unit: 'kB' },
      { metric: 'RSS at the start', value: start / 2 ** 20, unit: 'MiB' },
      { metric: 'RSS after all left', value: left / 2 ** 20, unit: 'MiB' },
    ]
  },
}

function twentyKilobytes(): Uint8Array {
  const doc = new Y.Doc()
  doc.getText(TEXT_NAME).insert(0, 'a line of forty characters, more or less\n'.repeat(500))
  return Y.encodeStateAsUpdate(doc)
}
