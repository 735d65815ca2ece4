/** `npm run bench -- SUITE [--json] [--only=SCENARIO,…] [--subjects=NAME,…]` */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Figure, printFigures } from './report.ts'

export interface BenchOptions {
  readonly only: readonly string[]
  readonly subjects: readonly string[]
}

const SUITES: Readonly<Record<string, () => Promise<{ run: (options: BenchOptions) => Promise<Figure[]> }>>> = {
  sync: () => import('./sync/suite.ts'),
  browser: () => import('./browser/suite.ts'),
  text: () => import('./text/suite.ts'),
  workspace: () => import('./workspace/suite.ts'),
  ai: () => import('./ai/suite.ts'),
}

const args = process.argv.slice(2)
const list = (name: string) =>
  args.flatMap((arg) => (arg.startsWith(`--${name}=`) ? arg.slice(name.length + 3).split(',') : []))
const suite = SUITES[args.find((arg) => !arg.startsWith('--')) ?? '']
if (!suite) {
  console.error(`usage: npm run bench -- ${Object.keys(SUITES).join('|')} [--json] [--only=SCENARIO] [--subjects=NAME]`)
  process.exit(2)
}
installPeers()
const figures = await (await suite()).run({ only: list('only'), subjects: list('subjects') })
printFigures(figures, args.includes('--json'))

/** The peers have a package.json of their own, so that the product never depends on them. */
function installPeers(): void {
  const here = path.join(import.meta.dirname, 'peers')
  if (existsSync(path.join(here, 'node_modules/.package-lock.json'))) return
  execFileSync('npm', ['ci'], { cwd: here, stdio: 'inherit' })
}
