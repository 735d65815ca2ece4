import { readdirSync, readFileSync } from 'node:fs'

/** The process and all its descendants, as /proc sees them now. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = statFields(Number(name))?.[1]
    if (parent === undefined) continue
    children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/**
 * Seconds a process has been on a CPU, by the scheduler's own nanosecond count of each thread. The figures of
 * /proc/pid/stat are sampled at the timer tick, which overcounts whoever wakes by timers.
 */
export const cpuSeconds = (pid: number): number => sum(threadSeconds(pid).values())

/** CPU seconds of a process and all it started, threads and processes that ended meanwhile as far as they were seen. */
export function treeMeter(root: number): () => { root: number; all: number } {
  const seen = new Map<number, Map<number, number>>()
  return () => {
    for (const pid of processTree(root)) {
      const threads = seen.get(pid) ?? new Map<number, number>()
      seen.set(pid, threads)
      for (const [thread, seconds] of threadSeconds(pid)) threads.set(thread, seconds)
    }
    const ofRoot = sum(seen.get(root)?.values() ?? [])
    return { root: ofRoot, all: sum([...seen.values()].map((threads) => sum(threads.values()))) }
  }
}

function threadSeconds(pid: number): Map<number, number> {
  const seconds = new Map<number, number>()
  for (const thread of threadsOf(pid)) {
    const stat = read(`/proc/${pid}/task/${thread}/schedstat`)
    if (stat !== undefined) seconds.set(Number(thread), Number(stat.split(' ')[0]) / 1e9)
  }
  return seconds
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, each) => total + each, 0)

/** /proc/stat counts in these */
const TICK_SECONDS = 0.01

/**
 * The share of its time, in per cent, that the host took from the core it took most from since the meter was made. A
 * figure of a moment in which others had the core says something about them.
 */
export function hostMeter(): () => number {
  const stolen = (): number[] =>
    [...(read('/proc/stat') ?? '').matchAll(/^cpu\d+ (.*)$/gm)].map(
      ([, counts = '']) => Number(counts.split(' ')[7] ?? 0) * TICK_SECONDS,
    )
  const [startedAt, before] = [performance.now(), stolen()]
  return () => {
    const seconds = (performance.now() - startedAt) / 1_000
    return (100 * Math.max(0, ...stolen().map((now, core) => now - (before[core] ?? 0)))) / seconds
  }
}

/** Resident memory in bytes; 0 of a process that has ended. */
export function residentBytes(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`) ?? '')
  return Number(match?.[1] ?? 0) * 1024
}

const GROWTH_EVERY_MS = 50

/** How far above its first value each of these rises until it is stopped, in bytes. */
export function watchGrowth<Name extends string>(
  of: Readonly<Record<Name, () => number>>,
): { stop(): Readonly<Record<Name, number>> } {
  const names = Object.keys(of) as Name[]
  const first = new Map(names.map((name) => [name, of[name]()]))
  const most = new Map(first)
  const look = (): void => {
    for (const name of names) most.set(name, Math.max(most.get(name) ?? 0, of[name]()))
  }
  const timer = setInterval(look, GROWTH_EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      look()
      const grown = names.map((name) => [name, (most.get(name) ?? 0) - (first.get(name) ?? 0)])
      return Object.fromEntries(grown) as Record<Name, number>
    },
  }
}

/** Fields of /proc/pid/stat from the state on; the name before may hold spaces. */
function statFields(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    // It ended meanwhile.
    return []
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It ended meanwhile.
    return undefined
  }
}
