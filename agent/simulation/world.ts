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

  /** A program is about to write `next` over what is there: what nobody has seen yet is lost by its doing, not ours. */
  noteOverwrite(next: string): void {
    const known = new Set(this.in(this.server.text()))
    const kept = new Set(this.in(next))
    for (const token of this.in(this.files.text(this.path) ?? '')) {
      if (!known.has(token) && !kept.has(token)) this.vague.add(token)
    }
  }

  startAgent(): void {
    let steps = 0
    const life: Life = {
      isDead: false,
      step: () =>
        new Promise((resolve) => {
          steps++
          if (!life.isDead && this.diesAfter !== null && steps > this.diesAfter) this.killAgent()
          // The dead never hear an answer.
          if (life.isDead) return
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
      disk: createSimDisk(this.files, life.step, () => this.refusal),
      link: this.server.link(life),
      calls: this.server.calls(life),
      clock,
      newClientId: () => this.nextClientId++,
      onError: (error) => this.errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    })
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
