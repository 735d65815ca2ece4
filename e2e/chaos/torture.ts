import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { DocumentId } from '#shared/ids.ts'
import type { Product } from '../support/product.ts'
import type { Random } from '../support/random.ts'
import { until } from '../support/until.ts'
import { makeWorkspace, openFile, putFile, setUpOpen, workspaceFolder } from '../support/world.ts'
import { type CaseFile, openCaseFile } from './case-file.ts'
import { createTypist, type Typist } from './typist.ts'

const run = promisify(execFile)
const FILE = 'torture.txt'
const SETTLE_MS = 60_000
/** Where people have not seen it by then, the agent is left in peace until it says that disk and document agree. */
const PATIENCE_MS = 10_000
/** One kill in so many comes whenever it comes, also before the agent has said a word. */
const BLIND_KILLS = 3
const TOKEN = /<[\w-]+\.\d{6}>/g

export interface Torture {
  readonly fault: 'agent killed'
  readonly runs: number
  readonly acked: number
  readonly lost: readonly string[]
  readonly duplicated: readonly string[]
  readonly differing: readonly string[]
  readonly convergeMs: number
  /** what happened around the loss of a token, for whoever looks for its cause */
  readonly story: readonly string[]
}

/** What programs wrote into the file, and what any of them took out on purpose. */
interface Ledger {
  readonly written: Set<string>
  readonly removed: Set<string>
  next(program: string): string
}

function createLedger(): Ledger {
  const written = new Set<string>()
  let count = 0
  return {
    written,
    removed: new Set(),
    next(program) {
      const token = `<${program}.${String(count++).padStart(6, '0')}>`
      written.add(token)
      return token
    },
  }
}

/** Runs a program while no other does; it answers which tokens it took out. Done when people see what it did. */
type Alone = (task: () => Promise<readonly string[]>) => Promise<void>

const tokensOf = (text: string): string[] => [...text.matchAll(TOKEN)].map(([token]) => token)

/**
 * K8: people type into one file while a program saves stale buffers into it, `sed -i` changes it, git checks an older
 * version out, and the agent is killed with -9 again and again. At rest no token is lost or doubled, and the disk holds
 * what the document does.
 */
export async function torture(product: Product, random: Random, seconds: number): Promise<Torture> {
  const owner = await setUpOpen(product)
  const workspaceId = await makeWorkspace(owner, 'Torture')
  await putFile(owner, workspaceId, FILE, '# torture\nlast line\n')
  const folder = workspaceFolder(product, workspaceId)
  const file = path.join(folder, FILE)
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: folder })
  await git('init', '-q')
  const documentId = await openFile(owner, workspaceId, FILE)
  const typists = ['t0', 't1'].map((name) => createTypist({ name, session: owner, documentId, random }))
  await Promise.all(typists.map((typist) => typist.connect()))
  await git('add', FILE)
  await git('commit', '-qm', 'start')

  const caseFile = await openCaseFile(owner, documentId, file)
  const ledger = createLedger()
  let end = Date.now() + seconds * 1_000
  const whileRunning = async (pauseMs: () => number, act: () => Promise<void> | void): Promise<void> => {
    for (await delay(pauseMs()); Date.now() < end; await delay(pauseMs())) await act()
  }
  // One program at a time, the next once people see what it brought and took out: a version that came and went on the
  // disk while no agent was there cannot be known for what a program had read, so what it undid is nobody's to mend.
  let unseen: readonly string[] = []
  let isPeace = false
  const isSettled = () =>
    owner.api.files.settle.mutate({ workspaceId, documentIds: [documentId as DocumentId] }).then(
      (answer) => answer.isSettled,
      () => false,
    )
  const reopen = () => openFile(owner, workspaceId, FILE).then(Boolean, () => false)
  let turn: Promise<unknown> = Promise.resolve()
  const alone: Alone = (task) => {
    const done = turn.then(async () => {
      // Over what nobody has seen nothing more is written: that one failure is to be read as it was.
      if (unseen.length > 0) return
      const diskBefore = await textOnDisk(file)
      const seenBefore = new Set(tokensOf(typists[0]?.text() ?? ''))
      const countBefore = ledger.written.size
      const takenOut = await task()
      const isVisible = ledger.written.size > countBefore || takenOut.some((token) => seenBefore.has(token))
      // What nobody can see by the text is known once the agent says that disk and document agree.
      if (!isVisible && diskBefore !== (await textOnDisk(file)))
        await until('known', async () => (await reopen()) && (await isSettled()), { timeoutMs: SETTLE_MS })
      const late = (): string[] => {
        const there = new Set(tokensOf(typists[0]?.text() ?? ''))
        const missing = [...ledger.written].filter((token) => !ledger.removed.has(token) && !there.has(token))
        const standing = takenOut.filter((token) => there.has(token))
        return [...missing.map((token) => `${token} is not seen`), ...standing.map((token) => `${token} still stands`)]
      }
      const isSeen = () => late().length === 0
      const isSeenWithin = () =>
        // It fails by the time alone, and what that means is judged below.
        until('people see it', isSeen, { timeoutMs: PATIENCE_MS }).catch(() => false)
      const isInTime = await isSeenWithin()
      if (isInTime) return
      // Killed again and again, an agent on a busy machine gets nowhere: no fault, as long as it ends well.
      isPeace = true
      await until('agreed', async () => (await reopen()) && (await isSettled()), { timeoutMs: SETTLE_MS })
      const isSeenAtLast = await isSeenWithin()
      isPeace = false
      if (isSeenAtLast) return
      unseen = late()
      end = Date.now()
    })
    // The program whose turn it was fails by it; the next one's turn comes all the same.
    turn = done.catch(() => undefined)
    return done
  }
  let kills = 0
  await Promise.all([
    ...typists.map((typist) =>
      whileRunning(
        () => 40 + random.below(80),
        () => typist.type(),
      ),
    ),
    whileRunning(
      () => 300 + random.below(900),
      () => saveStale({ file, ledger, random, alone, caseFile }),
    ),
    whileRunning(
      () => 400 + random.below(800),
      () => alone(() => sed({ file, ledger, random, caseFile })),
    ),
    whileRunning(
      () => 4_000 + random.below(4_000),
      () => alone(() => checkout({ file, ledger, git, caseFile })),
    ),
    whileRunning(
      () => 300 + random.below(1_500),
      async () => {
        const pid = await agentPid(folder)
        if (pid === null || isPeace) return
        process.kill(pid, 'SIGKILL')
        kills++
        caseFile.note('killed')
        // Somebody opens the file, as a browser does when it hears that the agent is gone.
        const isBack = async () => {
          const isOpen = await reopen()
          const now = await agentPid(folder)
          return isOpen && now !== null && now !== pid
        }
        // Nobody waits for it after a blind kill; one that never comes back fails the end, where it is opened again.
        const back = until('the agent is back', isBack, { timeoutMs: SETTLE_MS }).catch(() => undefined)
        if (random.below(BLIND_KILLS) > 0) await back
      },
    ),
  ])
  await turn
  return atRest({ typists, file, ledger, kills, unseen, caseFile, open: () => openFile(owner, workspaceId, FILE) })
}

/** '' between the two steps of a program that takes the old file away and makes a new one. */
const textOnDisk = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')

/** Reads the file, and saves it a second or so later with a line of its own. */
async function saveStale(options: {
  file: string
  ledger: Ledger
  random: Random
  alone: Alone
  caseFile: CaseFile
}): Promise<void> {
  const { file, ledger, random, alone, caseFile } = options
  let buffer = ''
  await alone(async () => {
    buffer = await readFile(file, 'utf8')
    caseFile.note(`stale    read ${buffer.length} characters, ${tokensOf(buffer).join(' ')}`)
    return []
  })
  if (!buffer.endsWith('\n')) return
  await delay(random.below(1_500))
  await alone(async () => {
    const line = `${ledger.next('stale')}\n`
    const at = buffer.indexOf('\n', random.below(buffer.length)) + 1
    caseFile.note(`stale    writes ${line.trim()} into what it read`)
    await writeFile(file, buffer.slice(0, at) + line + buffer.slice(at))
    caseFile.note('stale    wrote')
    return []
  })
}

/** As `sed -i` does, by that program itself: it appends after a line, or deletes one. */
async function sed(options: {
  file: string
  ledger: Ledger
  random: Random
  caseFile: CaseFile
}): Promise<readonly string[]> {
  const { file, ledger, random, caseFile } = options
  const lines = (await readFile(file, 'utf8')).split('\n').length - 1
  const line = 1 + random.below(Math.max(1, lines))
  if (random.below(4) > 0) {
    const added = ledger.next('sed')
    caseFile.note(`sed      adds ${added}`)
    await run('sed', ['-i', `${line}a ${added}`, file])
    caseFile.note('sed      ended')
    return []
  }
  const { stdout } = await run('sed', ['-n', `${line}p`, file])
  const tokens = tokensOf(stdout)
  const [token] = tokens
  if (token === undefined) return []
  for (const each of tokens) ledger.removed.add(each)
  caseFile.note(`sed      deletes ${tokens.join(' ')}`)
  await run('sed', ['-i', `/${token}/d`, file])
  caseFile.note('sed      ended')
  return tokens
}

/**
 * git brings back what it had, and commits what comes of it. While its lock stands nobody else writes: so what is on the
 * disk then and git does not have is what it takes out on purpose.
 */
async function checkout(options: {
  file: string
  ledger: Ledger
  git: (...args: string[]) => Promise<unknown>
  caseFile: CaseFile
}): Promise<readonly string[]> {
  const { file, ledger, git, caseFile } = options
  const lock = path.join(path.dirname(file), '.git/index.lock')
  await writeFile(lock, '')
  caseFile.note('git      holds its lock')
  await delay(500)
  const before = await readFile(file, 'utf8')
  await git('checkout-index', '-f', FILE)
  const kept = new Set(tokensOf(await readFile(file, 'utf8')))
  const takenOut = tokensOf(before).filter((token) => !kept.has(token))
  for (const token of takenOut) ledger.removed.add(token)
  caseFile.note(`git      took out ${takenOut.join(' ')}`)
  await rm(lock)
  await delay(1_000)
  // Where the checkout brought back what was there, nothing is left to commit.
  await git('commit', '--allow-empty', '-qam', 'on')
  return takenOut
}

/** The agent that works in this folder, or the first process of its sandbox, whose end takes the agent with it. */
async function agentPid(folder: string): Promise<number | null> {
  // Between two agents there is no such file or no such process; whoever asks goes on asking.
  const pid = Number(await readFile(path.join(folder, '../runtime/agent.pid'), 'utf8').catch(() => ''))
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  return environment.split('\0').includes(`PAIRLOOM_ROOT=${folder}`) ? pid : null
}

async function atRest(options: {
  typists: readonly Typist[]
  file: string
  ledger: Ledger
  kills: number
  unseen: readonly string[]
  caseFile: CaseFile
  open: () => Promise<unknown>
}): Promise<Torture> {
  const { typists, file, ledger, kills, unseen, caseFile, open } = options
  const startedAt = Date.now()
  // Refused while no agent is there: asked again.
  await until('the agent is back', async () => (await open().catch(() => null)) !== null, { timeoutMs: SETTLE_MS })
  await Promise.all(typists.map((typist) => typist.whenSaved()))
  // That they are not equal in the end is what the verdict says.
  const isEqual = await until(
    'disk and document are equal',
    async () => {
      const text = typists[0]?.text()
      return text === (await readFile(file, 'utf8')) && typists.every((typist) => typist.text() === text)
    },
    { timeoutMs: SETTLE_MS },
  ).catch(() => false)
  const text = typists[0]?.text() ?? ''
  const counts = new Map<string, number>()
  for (const token of tokensOf(text)) counts.set(token, (counts.get(token) ?? 0) + 1)
  const typed = typists.flatMap(({ tokens }) => [...tokens].filter(([, state]) => state === 'acknowledged'))
  const expected = [...typed.map(([token]) => token), ...ledger.written].filter((token) => !ledger.removed.has(token))
  const lost = expected.filter((token) => !counts.has(token))
  for (const typist of typists) typist.close()
  caseFile.close()
  return {
    fault: 'agent killed',
    runs: kills,
    acked: expected.length,
    lost,
    duplicated: [...counts].filter(([, count]) => count > 1).map(([token]) => token),
    differing: [
      ...(isEqual === false ? [`${path.basename(file)}: the disk`] : []),
      ...unseen.map((what) => `${what}, though disk and document were said to agree`),
    ],
    convergeMs: Date.now() - startedAt,
    story: lost.flatMap((token) => caseFile.around(token)),
  }
}
