import path from 'node:path'

const AGENT = path.resolve(import.meta.dirname, '../../agent')
/**
 * There are many agents on one machine: room for short-lived objects costs each tens of megabytes otherwise. With less
 * than this, what a busy terminal prints outlives its room and fills forty megabytes before anybody clears it away.
 */
const SMALL = ['--max-semi-space-size=2']

export const AGENT_COMMAND: readonly string[] = [process.execPath, ...SMALL, path.join(AGENT, 'main.ts')]

/**
 * Where Node finds the agent's code without its types: to take them away itself costs each agent thirty megabytes. In a
 * sandbox it can be read alone; what is missing there, or older than its source, is made again in the agent's memory.
 */
export const COMPILED_AGENT = path.join(AGENT, 'dist')
