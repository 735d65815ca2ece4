import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createTree } from '#agent/tree/tree.ts'
import type { BenchOptions } from '../main.ts'
import type { Figure } from '../report.ts'
import { isLivePart, measureLive } from './live.ts'
import { measureWatching } from './watching.ts'

const FILES = 20_000
const FILES_PER_FOLDER = 20

const PARTS = ['tree', 'watching', 'disk', 'terminal', 'page', 'memory'] as const

/**
 * How soon the agent knows a large folder and hears of a change in it, then the whole product at work. With
 * `--only=terminal,page` and the like only these parts.
 */
export async function run({ only }: BenchOptions): Promise<Figure[]> {
  const parts = PARTS.filter((part) => only.length === 0 || only.includes(part))
  const live = parts.filter(isLivePart)
  return [
    ...(parts.includes('tree') ? await measureTree() : []),
    ...(parts.includes('watching') ? await measureWatching() : []),
    ...(live.length > 0 ? await measureLive(live) : []),
  ]
}

async function measureTree(): Promise<Figure[]> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'pairloom-bench-'))
  try {
    await fill(root)
    return await measure(root)
  } finally {
    await rm(root, { recursive: true })
  }
}

async function fill(root: string): Promise<void> {
  for (let folder = 0; folder < FILES / FILES_PER_FOLDER; folder++) {
    const at = path.join(root, `a${folder % 20}`, `b${folder}`)
    await mkdir(at, { recursive: true })
    for (let i = 0; i < FILES_PER_FOLDER; i++) await writeFile(path.join(at, `file${i}.ts`), 'x')
  }
}

async function measure(root: string): Promise<Figure[]> {
  const figure = (metric: string, value: number, unit: string): Figure => ({
    suite: 'workspace',
    scenario: `tree of ${FILES} files`,
    subject: 'pairloom',
    metric,
    value,
    unit,
  })
  let longest = 0
  let last = performance.now()
  const pulse = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  let heard: (paths: string[]) => void = () => {}
  const memory = process.memoryUsage.rss()
  const startedAt = performance.now()
  const tree = await createTree(root, {
    onDelta: (delta) => heard(delta.upserts.map((entry) => entry.path)),
    onTouched: () => {},
    onRenamed: () => {},
    onPolling: (folders, code) => console.error(`${folders} folders are not watched: ${code}`),
  })
  const readyMs = performance.now() - startedAt
  const memoryMib = (process.memoryUsage.rss() - memory) / 2 ** 20
  clearInterval(pulse)
  const changed = new Promise<void>((resolve) => {
    heard = (paths) => paths.includes('a7/b7/new.ts') && resolve()
  })
  const changedAt = performance.now()
  await writeFile(path.join(root, 'a7/b7/new.tmp'), 'x')
  await rename(path.join(root, 'a7/b7/new.tmp'), path.join(root, 'a7/b7/new.ts'))
  await changed
  const heardMs = performance.now() - changedAt
  tree.close()
  return [
    figure('ready', readyMs, 'ms'),
    figure('longest stall while scanning', longest, 'ms'),
    figure('memory', memoryMib, 'MiB'),
    figure('change heard after', heardMs, 'ms'),
  ]
}
