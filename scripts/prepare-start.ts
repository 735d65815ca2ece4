/** Before `npm start`: makes what is missing or older than its sources, and nothing otherwise. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { COMPILED_AGENT } from '#server/runtime/agent-command.ts'
import { compileAgent } from './compile-agent.ts'

const root = path.join(import.meta.dirname, '..')
const at = (...parts: string[]): string => path.join(root, ...parts)

if (changedAt(at('prisma', 'schema.prisma')) > changedAt(at('prisma', 'generated', 'client.ts'))) {
  await import('./generate-client.ts')
}

const SOURCES = [at('client'), at('shared'), at('vite.config.ts'), at('package-lock.json')]
if (Math.max(...SOURCES.map(changedAt)) > changedAt(at('client', 'dist', 'index.html'))) {
  console.log('Building the client; later starts skip this.')
  const { build } = await import('vite')
  await build({ configFile: at('vite.config.ts'), logLevel: 'warn' })
}

// Of another version of Node, none of it counts.
const compiled = path.join(COMPILED_AGENT, `made-for-${process.version}`)
if (Math.max(...[at('agent'), at('shared'), at('package-lock.json')].map(changedAt)) > changedAt(compiled)) {
  compileAgent(COMPILED_AGENT)
  writeFileSync(compiled, '')
}

/** When a file, or the newest file under a folder, was changed: milliseconds, 0 where there is none. */
function changedAt(file: string): number {
  if (!existsSync(file)) return 0
  const status = statSync(file)
  if (!status.isDirectory()) return status.mtimeMs
  return Math.max(
    0,
    ...readdirSync(file)
      .filter((name) => name !== 'dist' && !/\.test\.tsx?$/.test(name))
      .map((name) => changedAt(path.join(file, name))),
  )
}
