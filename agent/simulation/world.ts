import { createHash } from 'node:crypto'
import type { Text } from 'yjs'
import type { DocumentId } from '#shared/ids.ts'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import type { Clock } from '../clock.ts'
import { createDocuments, type Documents } from '../documents/documents.ts'
import { type Random, seededRandom } from './random.ts'
import { SimClock } from './sim-clock.ts'
import { createSimDisk, WORKSPACE } from './sim-disk.ts'
import { SimFiles } from './sim-files.ts'
import { type Life, SimServer } from './sim-server.ts'

export const DOCUMENT = 'document-simulated-aaa' as DocumentId
const WATCH_MS = 50

/** Everything of one run: a disk and a server that outlive the agents, programs, people, and what each wrote. */
export class World {
  readonly clock = new SimClock()
  readonly random: Random
  readonly files = new SimFiles(() => this.clock.now())
  readonly server: SimServer
  /** what went wrong on the way */
  readonly errors: string[] = []
  /** every token ever written */
  readonly tokens: string[] = []
  /** tokens somebody took out on purpose, or a program wrote over before anybody saw them */
  readonly vague = new Set<string>()
  agent: { readonly documents: Documents; readonly life: Life } | null = null
  /** the agent dies after so many steps of its life; null: it lives on */
  diesAfter: number | null = null
  /** with which code the disk refuses what the agent writes */
  refusal: 'ENOSPC' | 'EROFS' | null = null
  /** of the agent of now; one that is dead takes none */
  private steps = 0
  private touched = new Set<string>()
  private isWatching = false
  private nextClientId = 1_000

  constructor(seed: number) {
    this.random = seededRandom(seed)
    this.server = new SimServer(this.clock, this.random)
    for (const folder of [WORKSPACE, 'runtime', 'runtime/documents', 'runtime/scratch']) this.files.mkdir(folder)
    this.files.onTouched = (path) => this.noteTouched(path)
  }

  get path(): string {
    return `${WORKSPACE}/${this.server.path}`
  }

  private noteTouched(path: string): void {
    if (!path.startsWith(`${WORKSPACE}/`)) return
    this.touched.add(path.slice(WORKSPACE.length + 1))
    if (this.isWatching) return
    this.isWatching = true
    this.clock.after(WATCH_MS, () => {
      this.isWatching = false
      const paths = [...this.touched]
      this.touched.clear()
      this.agent?.documents.touched(paths)
    })
  }

  token(): string {
    const token = `k${this.tokens.length}z`
    this.tokens.push(token)
    return token
  }

  in(text: string): string[] {
    return text.match(/k\d+z/g) ?? []
  }

  type(change: (text: Text) => void): void {
    const text = this.server.doc.getText(TEXT_NAME)
    this.server.doc.transact(() => change(text), 'person')
  }

  /** Is this version of the file part of the past that agents keep? */
  isKnown(text: string): boolean {
    const sha256 = createHash('sha256').update(text).digest('hex')
    const { base } = this.server
    const past = this.files.text(`runtime/documents/${DOCUMENT}.past`) ?? ''
    return past.includes(sha256) || base?.sha256 === sha256 || base?.intentSha256 === sha256
  }

  /**
   * A program that had read `buffer` is about to write `next` over what is there. What nobody has seen yet is lost by
   * its doing, not ours; and where nobody has seen what it had read, nobody can tell what it took out on purpose.
   */
  noteOverwrite(buffer: string, next: string, onDisk = this.files.text(this.path) ?? ''): void {
    const inDocument = this.in(this.server.text())
    const known = new Set(inDocument)
    const kept = new Set(this.in(next))
    const isKnown = this.isKnown(buffer)
    for (const token of [...this.in(onDisk), ...inDocument]) {
      if (!kept.has(token) && (!known.has(token) || !isKnown)) this.vague.add(token)
    }
  }

  /** A program had its file taken away before it could save, or saved into a file that nobody can reach. */
  noteNeverWritten(text: string): void {
    const known = new Set(this.in(this.server.text()))
    for (const token of this.in(text)) if (!known.has(token)) this.vague.add(token)
  }

  /** The agent of now dies within so many of its steps. */
  dieSoon(steps: number): void {
    this.diesAfter = this.steps + steps
  }

  startAgent(): void {
    this.steps = 0
    const life: Life = {
      isDead: false,
      tick: () => {
        if (!life.isDead) this.steps++
        if (!life.isDead && this.diesAfter !== null && this.steps > this.diesAfter) this.killAgent()
        return life.isDead
      },
      step: () =>
        new Promise((resolve) => {
          // The dead never hear an answer.
          if (life.tick()) return
          this.clock.after(this.random.chance(0.1) ? this.random.below(30) : 0, () => {
            if (!life.isDead) resolve()
          })
        }),
    }
    const clock: Clock = {
      now: () => this.clock.now(),
      after: (ms, run) =>
        this.clock.after(ms, () => {
          if (!life.isDead) run()
        }),
    }
    const documents = createDocuments({
      disk: createSimDisk(this.files, life, () => this.refusal),
      link: this.server.link(life),
      calls: this.server.calls(life),
      clock,
      newClientId: () => this.nextClientId++,
      onError: (error) => this.errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    })
    // As the real disk does: what a dead agent left half-written is of no use to anybody.
    for (const path of [...this.files.paths()]) if (path.startsWith('runtime/scratch/tmp-')) this.files.remove(path)
    this.agent = { documents, life }
    this.attach()
  }

  attach(): void {
    const { agent } = this
    if (agent === null) return
    agent.documents.attach({ documentId: DOCUMENT, path: this.server.path, epoch: 1 }).catch((error: unknown) => {
      if ((error as { code?: unknown }).code === undefined) this.errors.push(String((error as Error).stack))
      this.clock.after(500, () => {
        if (!agent.life.isDead) this.attach()
      })
    })
  }

  /** kill -9. What it had asked of the disk or the server has happened, or has not. */
  killAgent(): void {
    if (this.agent === null) return
    this.agent.life.isDead = true
    this.agent = null
    this.diesAfter = null
    this.clock.after(50 + this.random.below(1_500), () => {
      if (this.agent === null) this.startAgent()
    })
  }
}
