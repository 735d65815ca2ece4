import path from 'node:path'
import { z } from 'zod'

const schema = z.object({
  PAIRLOOM_SERVER_URL: z.url({ protocol: /^https?$/ }),
  PAIRLOOM_AGENT_TOKEN: z.string().min(1),
  /** the workspace's files */
  PAIRLOOM_ROOT: z.string().min(1),
  /** trash and the like: beside the files, on the same file system */
  PAIRLOOM_RUNTIME: z.string().min(1),
  PATH: z.string().min(1),
})

export interface AgentEnv {
  readonly serverUrl: string
  readonly token: string
  readonly root: string
  readonly runtime: string
  /** of the shells */
  readonly path: string
}

/** The only reader of process.env in the agent. The token is removed from it, so that no child inherits it. */
export function readAgentEnv(): AgentEnv {
  const values = schema.parse(process.env)
  delete process.env['PAIRLOOM_AGENT_TOKEN']
  return {
    serverUrl: values.PAIRLOOM_SERVER_URL,
    token: values.PAIRLOOM_AGENT_TOKEN,
    root: path.resolve(values.PAIRLOOM_ROOT),
    runtime: path.resolve(values.PAIRLOOM_RUNTIME),
    path: values.PATH,
  }
}
