import { readFile } from 'node:fs/promises'
import { within } from '../support/until.ts'
import { type Canary, lookAnonymously } from './premises.ts'
import type { Product } from '../support/product.ts'

const STALL_LIMIT_MS = 200
const GROWTH_LIMIT_MIB = 64
const CANARY_LIMIT_MS = 1000

export interface Vitals {
  /** What is wrong with the product after a case; nothing where it is well. */
  check(growthLimitMiB?: number): Promise<string[]>
}

/** Watches what every attack must leave alone: the process, its log, its event loop, its memory, and other people. */
export async function watchVitals(product: Product, canary: Canary): Promise<Vitals> {
  let readLines = product.log.length
  await canary.sing()
  await longestStallMs(product)
  let baseline = await residentBytes(product.pid)
  let worked = await cpuMs(product.pid)
  let waited = await waitedMs(product.pid)
  return {
    async check(growthLimitMiB = GROWTH_LIMIT_MIB) {
      if (!isAlive(product.pid)) return ['the process ended']
      const problems: string[] = []
      const workedMs = await cpuMs(product.pid)
      // Where others had the processor the loop waits too: only its own work can be its own fault. On a machine that
      // is its own the thread hardly waits for its turn, and the stall counts as it is.
      const waitingMs = (await waitedMs(product.pid)) - waited
      const stallMs = Math.min((await longestStallMs(product)) - waitingMs, workedMs - worked)
      if (stallMs > STALL_LIMIT_MS) problems.push(`the event loop stood still for ${Math.round(stallMs)} ms`)
      const resident = await residentBytes(product.pid)
      const grownMiB = (resident - baseline) / 2 ** 20
      if (grownMiB > growthLimitMiB) problems.push(`memory grew by ${Math.round(grownMiB)} MiB`)
      baseline = Math.max(resident, baseline)
      problems.push(
        ...product.log
          .slice(readLines)
          .filter(isAlarming)
          .map((line) => `log: ${line.slice(0, 300)}`),
      )
      readLines = product.log.length
      try {
        const { loginMs, editMs } = await within(10_000, 'the canary', canary.sing())
        if (loginMs + editMs > CANARY_LIMIT_MS)
          problems.push(`the canary took ${Math.round(loginMs)} + ${Math.round(editMs)} ms`)
      } catch (error) {
        problems.push(`the canary fell silent: ${String(error)}`)
      }
      await longestStallMs(product)
      worked = await cpuMs(product.pid)
      waited = await waitedMs(product.pid)
      return problems
    },
  }
}

/** Levels 50 and 60 of the log are bugs; a refusal is none. */
const isAlarming = (line: string): boolean => /"level":(50|60)\b|unhandled|uncaught|\bat .+:\d+:\d+\)/i.test(line)

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Since it was asked last. */
async function longestStallMs(product: Product): Promise<number> {
  const { text, status } = await lookAnonymously(product, '/healthz')
  const { maxLoopDelayMs } = JSON.parse(text) as { maxLoopDelayMs?: number }
  if (status !== 200 || maxLoopDelayMs === undefined) throw new Error(`/healthz was answered with ${status}: ${text}`)
  return maxLoopDelayMs
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}

/** Processor time of the process so far; the kernel counts in hundredths of a second. */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** How long the main thread was ready to run and had no processor, so far; 0 where the kernel does not say. */
async function waitedMs(pid: number): Promise<number> {
  const fields = await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').catch(() => '')
  return Number(fields.split(' ')[1] ?? 0) / 1e6
}
