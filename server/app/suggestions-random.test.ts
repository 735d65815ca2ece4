import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserActor } from '#shared/access/actor.ts'
import type { SuggestionInfo } from '#shared/api/suggestions.ts'
import type { DocumentId } from '#shared/ids.ts'
import { type Random, seededRandom } from '#server/sync/random.ts'
import type { TestClient } from '#server/sync/test-client.ts'
import { until } from '#server/sync/testing.ts'
import { createTestSuggestions, type TestSuggestions } from './testing/test-suggestions.ts'

const SCHEDULES = 30
const STEPS = 14

/** One block of the document: lines nobody suggests to change, or the lines of one hunk. */
interface Block {
  readonly position: number | null
  readonly base: string
  readonly next: string
  lines: string[]
  /** somebody wrote on the hunk's own lines */
  isTouched: boolean
  status: 'open' | 'accepted' | 'undone' | 'rejected'
}

let test: TestSuggestions
let people: UserActor[]

beforeAll(async () => {
  // A minute a request: nobody is held back.
  let minutes = 0
  test = await createTestSuggestions(() => ++minutes * 60_000)
  people = await Promise.all(['Ann', 'Bob', 'Cem'].map((name) => test.person(name)))
})
afterAll(() => test.close())

const linesOf = (text: string): string[] => text.match(/[^\n]*\n/g) ?? []
const textOf = (blocks: readonly Block[]): string => blocks.flatMap(({ lines }) => lines).join('')

function makeBlocks(random: Random): Block[] {
  const hunks = 2 + random.below(4)
  return Array.from({ length: 2 * hunks + 1 }, (_, i) => {
    const isHunk = i % 2 === 1
    const isNew = isHunk && random.chance(0.2)
    const count = isNew ? 0 : 1 + random.below(3)
    const base = Array.from({ length: count }, (_line, n) => `block ${i} line ${n}\n`).join('')
    const changes = isNew ? [`new in ${i}\n`] : [base.replaceAll('line', 'LINE'), '', `quite another ${i}\n`]
    const next = isHunk ? random.pick(changes) : base
    return { position: isHunk ? (i - 1) / 2 : null, base, next, lines: linesOf(base), isTouched: false, status: 'open' }
  })
}

/** Somebody types: on a line, or a line of its own that joins the block it stands in. */
function type(random: Random, blocks: readonly Block[], client: TestClient): void {
  const block = random.pick(blocks.filter(({ lines }) => lines.length > 0))
  const blockStart = textOf(blocks.slice(0, blocks.indexOf(block))).length
  const n = random.below(block.lines.length)
  const line = block.lines[n]!
  const lineStart = blockStart + block.lines.slice(0, n).join('').length
  if (random.chance(0.6)) {
    const at = random.below(line.length)
    client.text.insert(lineStart + at, '#')
    block.lines[n] = `${line.slice(0, at)}#${line.slice(at)}`
    block.isTouched = true
    // Where a hunk has no lines, its place is the start of the next one.
    const before = blocks[blocks.indexOf(block) - 1]
    if (n === 0 && at === 0 && before?.lines.length === 0) before.isTouched = true
  } else if (n > 0) {
    client.text.insert(lineStart, 'new\n')
    block.lines.splice(n, 0, 'new\n')
    block.isTouched = true
  }
}

async function decide(random: Random, blocks: readonly Block[], made: SuggestionInfo, by: UserActor): Promise<void> {
  const block = random.pick(blocks.filter(({ position }) => position !== null))
  const choice = test.choice(made, block.position!)
  const { status, isTouched } = block
  const verb = status === 'accepted' ? 'undo' : random.chance(0.85) ? 'accept' : 'reject'
  const outcome = await test.as(by)[verb](choice)
  if (status === 'rejected' || status === 'undone')
    return expect(outcome).toMatchObject({ status: 'done', changed: [] })
  if (verb === 'reject') {
    expect(outcome).toMatchObject({ status: 'done', changed: [block.position] })
    block.status = 'rejected'
    return
  }
  if (isTouched) return expect(outcome.status).toBe('conflict')
  expect(outcome).toMatchObject({ status: 'done', changed: [block.position] })
  block.status = verb === 'undo' ? 'undone' : 'accepted'
  block.lines = linesOf(verb === 'undo' ? block.base : block.next)
}

async function runSchedule(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const blocks = makeBlocks(random)
  const documentId: DocumentId = await test.document(textOf(blocks))
  const clients = await Promise.all(people.map((person) => test.open(person, documentId)))
  const made = await test.propose(random.pick(people), documentId, blocks.map(({ next }) => next).join(''))
  for (let step = 0; step < STEPS; step++) {
    const client = random.pick(clients)
    // Everyone sees the same before the next one acts, so the model knows where each letter goes.
    await until(() => clients.every(({ text }) => text.toString() === textOf(blocks)))
    if (random.chance(0.5)) type(random, blocks, client)
    else await decide(random, blocks, made, random.pick(people))
  }
  await until(() =>
    clients.every(({ text, sent, acknowledged }) => text.toString() === textOf(blocks) && sent === acknowledged),
  )
  expect(await test.textOf(documentId)).toBe(textOf(blocks))
  const { hunks } = await test.as(people[1]!).read(test.choice(made))
  const hunkBlocks = blocks.filter(({ position }) => position !== null)
  expect(hunks.map(({ status }) => status)).toEqual(hunkBlocks.map(({ status }) => status))
  expect(hunks.map(({ isConflict }) => isConflict)).toEqual(
    hunkBlocks.map(({ status, isTouched }) => isTouched && (status === 'open' || status === 'accepted')),
  )
  for (const { socket } of clients) socket.hangUp()
}

describe('hunks among people who type', () => {
  it.each(Array.from({ length: 3 }, (_, i) => i * (SCHEDULES / 3)))(
    'are where they belong, fit while nobody wrote on their lines, and make the expected text: schedules from %i on',
    async (first) => {
      for (let seed = first; seed < first + SCHEDULES / 3; seed++)
        await runSchedule(seed).catch((error: unknown) => {
          throw new Error(`schedule ${seed}`, { cause: error })
        })
    },
    60_000,
  )
})
