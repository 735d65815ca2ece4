import { setTimeout as delay } from 'node:timers/promises'
import { replayText } from '../support/database.ts'
import { postgresPid } from '../support/product.ts'
import type { Random } from '../support/random.ts'
import { until } from '../support/until.ts'
import { readOnDisk } from '../support/world.ts'
import type { Office } from './office.ts'
import type { Typist } from './typist.ts'
import { judge } from './verdict.ts'

export const FAULTS = ['server killed', 'PostgreSQL killed', 'both killed'] as const
export type Fault = (typeof FAULTS)[number]

export interface Round {
  readonly fault: Fault
  /** acknowledged since the beginning, all of which is judged again each round */
  readonly acked: number
  readonly newlyAcked: number
  readonly lost: readonly string[]
  readonly duplicated: readonly string[]
  /** what did not hold the same text as the others */
  readonly differing: readonly string[]
  readonly convergeMs: number
  /** with which codes the server itself closed connections */
  readonly closings: readonly number[]
}

const TYPING_MS = 500
const CONVERGE_TIMEOUT_MS = 30_000

/** People type, something is killed in the midst of it, everybody comes back; then everything is compared. */
export async function runRound(office: Office, random: Random): Promise<Round> {
  const { product, typists } = office
  const fault = random.pick<Fault>([
    'server killed',
    'server killed',
    'server killed',
    'PostgreSQL killed',
    'both killed',
  ])
  const before = countAcknowledged(typists)
  const closedBefore = typists.map(({ closings }) => closings.length)

  const typing = keepTyping(typists, random)
  await delay(20 + random.below(TYPING_MS))
  if (fault !== 'server killed') killPostgres(product.dataDir)
  if (fault === 'both killed') await delay(random.below(30))
  if (fault !== 'PostgreSQL killed') await product.kill('SIGKILL')
  // People do not notice at once.
  await delay(random.below(100))
  await typing.stop()
  const dead = fault === 'PostgreSQL killed' ? null : random.pick([null, null, ...typists])
  dead?.die()

  const startedAt = Date.now()
  if (fault !== 'PostgreSQL killed') {
    await product.restart()
    await Promise.all(typists.map((typist) => typist.connect()))
  }
  await Promise.all(typists.map((typist) => typist.whenSaved()))
  const compared = await Promise.all(office.documents.map((document) => compare(office, document)))
  const convergeMs = Date.now() - startedAt
  return {
    fault,
    newlyAcked: countAcknowledged(typists) - before,
    acked: countAcknowledged(typists),
    lost: compared.flatMap(({ lost }) => lost),
    duplicated: compared.flatMap(({ duplicated }) => duplicated),
    differing: compared.flatMap(({ differing }) => differing),
    convergeMs,
    closings: typists.flatMap(({ closings }, i) => closings.slice(closedBefore[i])),
  }
}

/** All replicas, a newcomer, the log's replay and the disk must come to one text, and it must hold what was promised. */
async function compare(office: Office, document: Office['documents'][number]) {
  const newcomer = office.newcomer(document.id)
  await newcomer.connect()
  const sources: [string, () => string | Promise<string>][] = [
    ...document.typists.map((typist): [string, () => string] => [typist.name, typist.text]),
    ['the log', () => replayText(office.product, document.id)],
    ['the disk', () => readOnDisk(office.product, office.workspaceId, document.path)],
  ]
  const differing: string[] = []
  for (const [name, read] of sources) {
    const isEqual = await until(name, async () => (await read()) === newcomer.text(), {
      timeoutMs: CONVERGE_TIMEOUT_MS,
    }).catch(() => false)
    if (!isEqual) differing.push(`${document.path}: ${name}`)
  }
  const verdict = judge(newcomer.text(), document.typists)
  newcomer.close()
  return { ...verdict, differing }
}

/** Each types a token every few milliseconds until stopped. */
function keepTyping(typists: readonly Typist[], random: Random): { stop(): Promise<void> } {
  let isStopped = false
  const typeOn = async (typist: Typist) => {
    while (!isStopped) {
      typist.type()
      await delay(6 + random.below(14))
    }
  }
  const done = Promise.all(typists.map(typeOn))
  return {
    async stop() {
      isStopped = true
      await done
    },
  }
}

function killPostgres(dataDir: string): void {
  const pid = postgresPid(dataDir)
  if (pid !== null) process.kill(pid, 'SIGKILL')
}

const countAcknowledged = (typists: readonly Typist[]): number =>
  typists.reduce(
    (total, { tokens }) => total + [...tokens.values()].filter((state) => state === 'acknowledged').length,
    0,
  )
