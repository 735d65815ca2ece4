import type { ChildProcess } from 'node:child_process'
import type { Isolation } from '#shared/protocol/terminal.ts'

export type AgentStatus = 'stopped' | 'starting' | 'running' | 'failed'

/** The place of one workspace's agent, whether one runs or not. */
export interface Slot {
  status: AgentStatus
  child: ChildProcess | null
  /** of the child or, in a sandbox, of the first process there */
  pid: number | null
  isolation: Isolation
  generation: number
  failures: number
  lastUsed: number
  starting: Promise<void> | null
  retry: NodeJS.Timeout | null
  /** until it is back, or ended */
  absence: NodeJS.Timeout | null
  isStopping: boolean
}

export const newSlot = (lastUsed: number): Slot => ({
  status: 'stopped',
  child: null,
  pid: null,
  isolation: 'none',
  generation: 0,
  failures: 0,
  lastUsed,
  starting: null,
  retry: null,
  absence: null,
  isStopping: false,
})
