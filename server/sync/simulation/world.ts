import * as Y from 'yjs'
import type { Actor, UserActor } from '#shared/access/actor.ts'
import type { DocumentId, SessionId, UserId, WorkspaceId } from '#shared/ids.ts'
import type { ControlEvent } from '#shared/protocol/control.ts'
import { inlineHeavyWork } from '../heavy/heavy-work.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { createMemoryLog } from '../log/memory-log.ts'
import type { ChannelAccess } from '../ports.ts'
import { type Random, seededRandom } from '../random.ts'
import type { TextRange } from '../ranges/text-ranges.ts'
import { createSync, type Sync } from '../sync.ts'
import { mortalClock, SimClock } from './sim-clock.ts'
import { type Claims, SimClient } from './sim-client.ts'
import { faultyLog, type LogFaults } from './sim-log.ts'
import { connectPair, type SimSocket } from './sim-network.ts'

export const SEED_TEXT = 'SEED\n'

interface Node {
  readonly sync: Sync
  readonly sockets: SimSocket[]
  isDead: boolean
}

/** Everything of one run: a store that outlives its nodes, replicas, and what they were told. */
export class World {
  readonly clock = new SimClock()
  readonly random: Random
  readonly log = createMemoryLog(() => this.clock.now())
  readonly documentId = 'document-simulated-aaa' as DocumentId
  readonly workspaceId = 'workspace-simulated-aa' as WorkspaceId
  readonly clients: SimClient[] = []
  readonly claims: Claims = {
    saved: new Set(),
    removed: new Set(),
    vague: new Set(),
    accused: new Set(),
    marks: new Map(),
    savedAt: new Map(),
  }
  readonly faults: LogFaults = { isDown: false, failBefore: 0, failAfter: 0 }
  readonly writers = new Set<string>()
  readonly forbidden = new Set<string>()
  node: Node | null = null
  private listeners = new Set<(event: ControlEvent) => void>()
  /** token → who typed it */
  readonly tokens = new Map<string, string>()

  constructor(seed: number) {
    this.random = seededRandom(seed)
    this.log.createDocument(this.documentId)
  }

  start(): void {
    const node: { sync?: Sync; sockets: SimSocket[]; isDead: boolean } = { sockets: [], isDead: false }
    const isDead = (): boolean => node.isDead
    this.listeners = new Set()
    const { listeners } = this
    const clock = mortalClock(this.clock, isDead)
    node.sync = createSync({
      log: faultyLog(this.log, this.clock, this.random, this.faults, isDead),
      authorize: async (actor) => this.authorize(actor),
      onSeedNeeded: (documentId) => {
        // Two seeders at once, as two agents would: one wins (L2).
        const seed = (): void => void node.sync?.seed(documentId, SEED_TEXT, 'agent').catch(() => undefined)
        clock.after(this.random.below(60), seed)
        clock.after(this.random.below(60), seed)
      },
      onActivity: () => undefined,
      control: {
        subscribe(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      clock,
      random: this.random,
      heavy: inlineHeavyWork,
      limits: {
        compactRows: 8,
        compactBytes: 2000,
        // Short enough that a mark falls into most pauses: each is a text to be found in the history.
        markQuietMs: 100,
        // Half of the lives of a node let frames and commits wait for company, as in a large room (F1).
        coalesceMembers: this.random.chance(0.5) ? 1 : DEFAULT_LIMITS.coalesceMembers,
      },
    })
    this.node = node as Node
  }

  /** kill -9: nothing of the node runs any more, its connections break. */
  crash(): void {
    const { node } = this
    if (node === null) return
    node.isDead = true
    this.node = null
    for (const socket of node.sockets) socket.kill()
    this.clock.after(100 + this.random.below(800), () => this.start())
  }

  private authorize(actor: Actor): ChannelAccess {
    const { name, userId } = actor as UserActor
    const canWrite = this.writers.has(name)
    const role = canWrite ? 'editor' : 'viewer'
    return {
      status: 'ok',
      canWrite,
      user: { id: userId, name, color: 1, role, kind: 'person' },
      workspaceId: this.workspaceId,
      epoch: 1,
    }
  }

  setRole(client: SimClient, canWrite: boolean): void {
    if (canWrite) {
      this.writers.add(client.name)
      // What was typed in between may now be sent, honestly.
      for (const token of this.forbidden) if (this.tokens.get(token) === client.name) this.forbidden.delete(token)
    } else this.writers.delete(client.name)
    const userId = `user-${client.name}` as UserId
    for (const listener of this.listeners) {
      listener({ type: 'role-changed', workspaceId: this.workspaceId, userId, role: canWrite ? 'editor' : 'viewer' })
    }
  }

  join(name: string): void {
    const usesMux = this.random.chance(0.5)
    const { clock, random, documentId } = this
    const actor: UserActor = {
      type: 'user',
      userId: `user-${name}` as UserId,
      sessionId: 'session' as SessionId,
      name,
      color: 1,
      isPlatformAdmin: false,
      isSuspended: false,
    }
    const connect = (): SimSocket | null => {
      if (this.node === null) return null
      const pair = connectPair(clock, random)
      this.node.sockets.push(pair.server)
      if (usesMux) this.node.sync.connectMux(pair.server, actor)
      else this.node.sync.connectDocument(pair.server, actor, documentId, { ack: true })
      return pair.client
    }
    const client = new SimClient({ name, documentId, usesMux, clock, random, connect }, this.claims)
    this.clients.push(client)
    client.connect()
  }

  /** Four characters that occur nowhere else: what is left of one token never completes another. */
  private newToken(author: string): string {
    const first = 0x3400 + this.tokens.size * 4
    const token = String.fromCharCode(first, first + 1, first + 2, first + 3)
    this.tokens.set(token, author)
    return token
  }

  /** The server itself writes, as it does for an accepted suggestion: at an end, where no token is torn. */
  amend(): void {
    const { node, documentId, random, claims } = this
    if (node === null) return
    const token = this.newToken('server')
    const by = { author: 'ai:server', userIds: ['ai:server'], editor: 'server' }
    const write = async (): Promise<void> => {
      const { text, seq } = await node.sync.locate(documentId, [])
      const at = random.chance(0.5) ? 0 : text.length
      const [range] = await node.sync.anchorAt(documentId, seq, [{ from: at, to: at }])
      const done = await node.sync.amend(documentId, (page) =>
        page.rewrite([{ range: range as TextRange, isLines: false, expected: '', insert: token }], by),
      )
      if (done.status === 'done') claims.saved.add(token)
      else claims.removed.add(token)
    }
    // Whether it was committed is unknown; it must not be there twice all the same.
    write().catch(() => claims.vague.add(token))
  }

  tokensOf(text: string): string[] {
    return [...this.tokens.keys()].filter((token) => text.includes(token))
  }

  /** Runs an edit and notes which tokens it put in or took out. */
  edit(client: SimClient, change: (text: Y.Text, token: string) => void): void {
    const token = this.newToken(client.name)
    const before = client.text.toString()
    client.doc.transact(() => change(client.text, token), 'own')
    const after = client.text.toString()
    for (const each of this.tokensOf(before)) if (!after.includes(each)) this.noteRemoved(client, each)
    for (const each of this.tokensOf(after)) {
      if (before.includes(each)) continue
      if (!this.writers.has(client.name)) this.forbidden.add(each)
      if (each === token) client.unsaved.set(each, true)
      // Undo brought something back: it was taken out before, and both may be saved in any order.
      else this.claims.vague.add(each)
    }
  }

  /** What undo brings back may be whole again only once somebody else's insertion in it is gone too. */
  undo(client: SimClient): void {
    for (const [token, isIn] of client.unsaved) if (!isIn) this.claims.vague.add(token)
    for (const token of this.claims.removed) if (this.tokens.get(token) === client.name) this.claims.vague.add(token)
    this.edit(client, () => client.undo.undo())
  }

  private noteRemoved(client: SimClient, token: string): void {
    client.unsaved.set(token, false)
    // Until this removal is saved, neither presence nor absence may be claimed; see checkAtRest.
    this.claims.saved.delete(token)
    for (const other of this.clients) if (other !== client) other.unsaved.delete(token)
    if (this.tokens.get(token) !== client.name || this.claims.removed.has(token)) this.claims.vague.add(token)
  }
}
