// Run by hand or by the bench: `node agent/tree/measure-tree.ts [files]` prints one JSON object a line.
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createTree } from './tree.ts'

const FILES_PER_FOLDER = 20
const count = Number(process.argv[2] ?? 20_000)
const root = await mkdtemp(path.join(os.tmpdir(), 'pairloom-measure-'))
const report = (metric: string, value: number, unit: string): void =>
  console.log(
    JSON.stringify({
      suite: 'agent',
      scenario: `tree of ${count} files`,
      subject: 'pairloom',
      metric,
      value: Math.round(value),
      unit,
    }),
  )

for (let folder = 0; folder < count / FILES_PER_FOLDER; folder++) {
  const at = path.join(root, `a${folder % 20}`, `b${folder}`)
  await mkdir(at, { recursive: true })
  for (let i = 0; i < FILES_PER_FOLDER; i++) await writeFile(path.join(at, `file${i}.ts`), 'x')
}

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
  onWatchFailed: (code) => console.error(code),
})
report('ready', performance.now() - startedAt, 'ms')
report('longest stall while scanning', longest, 'ms')
report('memory', (process.memoryUsage.rss() - memory) / 2 ** 20, 'MiB')
clearInterval(pulse)

const changeAt = performance.now()
const change = new Promise<void>((resolve) => {
  heard = (paths) => paths.includes('a7/b7/new.ts') && resolve()
})
await writeFile(path.join(root, 'a7/b7/new.tmp'), 'x')
await rename(path.join(root, 'a7/b7/new.tmp'), path.join(root, 'a7/b7/new.ts'))
await change
report('change heard after', performance.now() - changeAt, 'ms')
tree.close()
await rm(root, { recursive: true })
