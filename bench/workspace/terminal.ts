import { connectTerminals, openTerminal } from '../../e2e/hostile/terminal-client.ts'
import type { Session } from '../../e2e/support/api.ts'
import { agentPids, type Product } from '../../e2e/support/product.ts'
import { until } from '../../e2e/support/until.ts'
import { makeWorkspace } from '../../e2e/support/world.ts'
import { processTree, residentBytes, watchGrowth } from '../process-usage.ts'
import { median, quantile } from '../statistics.ts'
import type { Add } from './add.ts'

const ECHOES = 200
export const STREAM_BYTES = 50_000_000
const MIB = 2 ** 20

/** Resident memory of the largest process of any agent. */
export const agentBytes = (product: Product): number =>
  Math.max(...agentPids(product.dataDir).flatMap(processTree).map(residentBytes))

/** Terminals on the wire, as a browser's socket sees them. */
export async function measureTerminal(product: Product, owner: Session, add: Add): Promise<void> {
  const workspaceId = await makeWorkspace(owner, 'Terminal')
  const client = await connectTerminals(owner, workspaceId)
  const terminalId = await openTerminal(client)
  await client.run(terminalId, 'PS1=; bind "set enable-bracketed-paste off"')
  const echoes: number[] = []
  for (let i = 0; i < ECHOES; i++) {
    const from = client.text().length
    const key = String.fromCodePoint(97 + (i % 26))
    const startedAt = performance.now()
    void client.must('terminal.input', { terminalId, data: key })
    await client.until(new RegExp(key), from)
    echoes.push(performance.now() - startedAt)
  }
  add('terminal', 'echo, p50', median(echoes), 'ms')
  add('terminal', 'echo, p99', quantile(echoes, 0.99), 'ms')
  await client.must('terminal.input', { terminalId, data: '\x03' })

  const growth = watchGrowth({ server: () => residentBytes(product.pid), agent: () => agentBytes(product) })
  const received = client.received()
  const startedAt = performance.now()
  await client.must('terminal.input', { terminalId, data: `yes 0123456789abcdef | head -c ${STREAM_BYTES}\r` })
  await until('all of the stream', () => client.received() - received >= STREAM_BYTES, { timeoutMs: 120_000 })
  const seconds = (performance.now() - startedAt) / 1_000
  const grown = growth.stop()
  add('terminal', '50 MB through it', STREAM_BYTES / MIB / seconds, 'MiB/s')
  add('terminal', '50 MB through it, growth of the server', grown.server / MIB, 'MiB')
  add('terminal', '50 MB through it, growth of the agent', grown.agent / MIB, 'MiB')

  const stops: number[] = []
  for (let i = 0; i < 10; i++) {
    const begun = client.received()
    await client.must('terminal.input', { terminalId, data: 'yes\r' })
    await until('yes runs', () => client.received() - begun > 1_000_000)
    const from = client.text().length
    const pressedAt = performance.now()
    void client.must('terminal.input', { terminalId, data: '\x03' })
    await client.until(/\^C/, from)
    stops.push(performance.now() - pressedAt)
  }
  add('terminal', 'Ctrl-C while `yes` runs, p50', median(stops), 'ms')
  add('terminal', 'Ctrl-C while `yes` runs, most', Math.max(...stops), 'ms')
  await client.must('terminal.close', { terminalId })
  client.close()
}
