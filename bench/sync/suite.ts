import { execFileSync } from 'node:child_process'
import type { BenchOptions } from '../main.ts'
import type { Figure } from '../report.ts'
import { openDocuments } from './scenarios/memory.ts'
import { pingPong } from './scenarios/ping-pong.ts'
import { joinTrace, typeTrace } from './scenarios/trace.ts'
import { stalledReader } from './scenarios/stalled-reader.ts'
import { crowdedRoom, manyRooms, pair } from './scenarios/typing.ts'
import { startSubject, SUBJECTS } from './subjects.ts'

const SCENARIOS = [pair, crowdedRoom, manyRooms, pingPong, joinTrace, typeTrace, stalledReader, openDocuments]

/** Every scenario for every subject, each on a server of its own: server on the first core, load on the second. */
export async function run(options: BenchOptions): Promise<Figure[]> {
  execFileSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' })
  const isWanted = (name: string, wanted: readonly string[]) =>
    wanted.length === 0 || wanted.some((w) => name.includes(w))
  const figures: Figure[] = []
  for (const scenario of SCENARIOS.filter(({ name }) => isWanted(name, options.only))) {
    for (const subject of SUBJECTS.filter(({ name }) => isWanted(name, options.subjects))) {
      if (scenario.needsDocument && !subject.keepsDocuments) continue
      const server = await startSubject(subject)
      try {
        for (const measured of await scenario.run(server)) {
          figures.push({ suite: 'sync', scenario: scenario.name, subject: subject.name, ...measured })
        }
      } finally {
        await server.stop()
      }
      process.stderr.write(`${scenario.name} · ${subject.name}\n`)
    }
  }
  return figures
}
