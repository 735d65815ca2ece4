import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** The parts of tabby-agent that an editor's extension calls. */
interface TabbyAgent {
  initialize(options: object): Promise<boolean>
  getStatus(): string
  provideCompletions(request: object): Promise<{ id: string; choices: { text: string }[] }>
  postEvent(event: object): Promise<boolean>
  finalize(): Promise<boolean>
}

const clients = path.join(import.meta.dirname, 'clients')

/** tabby-agent from npm, as it is, connected to a server. Has a package.json of its own, apart from the product's. */
export async function connectTabbyAgent(endpoint: string, token: string): Promise<TabbyAgent> {
  if (!existsSync(path.join(clients, 'node_modules/tabby-agent'))) {
    execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: clients, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  const load = createRequire(path.join(clients, 'package.json'))
  const { TabbyAgent: Agent } = load('tabby-agent') as { TabbyAgent: new () => TabbyAgent }
  const agent = new Agent()
  const config = { server: { endpoint, token }, anonymousUsageTracking: { disable: true } }
  await agent.initialize({ config, clientProperties: { user: {}, session: {} } })
  return agent
}
