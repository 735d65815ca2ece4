import { execFile } from 'node:child_process'
import { watch } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { operateOften, randomFrom, scan, sortedByPath } from '#agent/testing/tree-operations.ts'
import { createTree } from '#agent/tree/tree.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import type { Figure } from '../report.ts'

const run = promisify(execFile)
const OPERATIONS = 1_000
const SEEDS = [1, 2, 3, 4, 5]
/** Each is removed, made and written: three events. */
const FILES = 20_000
const FILES_PER_FOLDER = 50
/** The tree is at rest once nothing came for so long; longer than it waits after a burst before it looks again. */
const QUIET_MS = 1_500
const QUIET_LATEST_MS = 60_000

type Add = (scenario: string, metric: string, value: number, unit: string) => void

/** Whether the agent's watching misses anything, and what a checkout of many files costs it. */
export async function measureWatching(): Promise<Figure[]> {
  const figures: Figure[] = []
  const add: Add = (scenario, metric, value, unit) =>
    void figures.push({ suite: 'workspace', scenario, subject: 'pairloom', metric, value, unit })
  await measureMisses(add)
  await measureCheckout(add)
  return figures
}

async function withFolder(use: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'pairloom-bench-'))
  try {
    await use(root)
  } finally {
    await rm(root, { recursive: true })
  }
}

/** The tree as people are told of it, and how many raw events it took. */
async function follow(root: string) {
  const told = new Map<string, TreeEntry>()
  let events = 0
  let lastAt = performance.now()
  const tree = await createTree(
    root,
    {
      onDelta: ({ removes, upserts }) => {
        lastAt = performance.now()
        for (const gone of removes) told.delete(gone)
        for (const entry of upserts) told.set(entry.path, entry)
      },
      onTouched: () => {},
      onRenamed: () => {},
      onPolling: (folders, code) => console.error(`${folders} folders are not watched: ${code}`),
    },
    {
      watch: ((file: string, listener: (event: string, name: string | null) => void) =>
        watch(file, (event, name) => {
          events++
          lastAt = performance.now()
          listener(event, name)
        })) as typeof watch,
    },
  )
  for (const entry of tree.snapshot().entries) told.set(entry.path, entry)
  return {
    events: () => events,
    close: () => tree.close(),
    async whenQuiet() {
      const latest = performance.now() + QUIET_LATEST_MS
      while (performance.now() - lastAt < QUIET_MS && performance.now() < latest) await delay(50)
    },
    /** entries that people see otherwise than they are on the disk */
    misses() {
      const there = new Map(scan(root).map((entry) => [entry.path, JSON.stringify(entry)]))
      const wrong = [...there].filter(([at, entry]) => JSON.stringify(told.get(at)) !== entry).length
      return wrong + sortedByPath(told.values()).filter(({ path: at }) => !there.has(at)).length
    },
  }
}

async function measureMisses(add: Add): Promise<void> {
  let misses = 0
  for (const seed of SEEDS) {
    await withFolder(async (root) => {
      const watched = await follow(root)
      await operateOften(root, randomFrom(seed), OPERATIONS)
      await watched.whenQuiet()
      misses += watched.misses()
      watched.close()
    })
  }
  add('watching', `missed in ${SEEDS.length} × ${OPERATIONS} random operations`, misses, 'entries')
}

async function measureCheckout(add: Add): Promise<void> {
  await withFolder(async (root) => {
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.org', '-c', 'gc.auto=0', ...args], { cwd: root })
    const fill = async (text: string): Promise<void> => {
      for (let at = 0; at < FILES; at += FILES_PER_FOLDER) {
        const folder = path.join(root, `d${Math.floor(at / 1_000)}`, `f${at}`)
        await mkdir(folder, { recursive: true })
        for (let i = 0; i < FILES_PER_FOLDER; i++) await writeFile(path.join(folder, `${at + i}.ts`), text)
      }
    }
    await git('init', '-q', '-b', 'one')
    await fill('export const a = 1\n')
    await git('add', '-A')
    await git('commit', '-qm', 'one')
    await git('checkout', '-qb', 'two')
    await fill('export const a = 2 // longer\n')
    await git('commit', '-qam', 'two')

    const watched = await follow(root)
    const before = { cpu: process.cpuUsage(), events: watched.events() }
    // In a process of its own: what this one uses is what watching costs.
    await git('checkout', '-q', 'one')
    await watched.whenQuiet()
    const { user, system } = process.cpuUsage(before.cpu)
    const scenario = `git checkout of ${FILES} files`
    add(scenario, 'raw events made', FILES * 3, 'events')
    add(scenario, 'raw events heard', watched.events() - before.events, 'events')
    add(scenario, 'CPU of watching', (user + system) / 1_000, 'ms')
    add(scenario, 'missed at the end', watched.misses(), 'entries')
    watched.close()
  })
}
