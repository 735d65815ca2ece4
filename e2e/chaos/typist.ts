import * as Y from 'yjs'
import { TEXT_NAME } from '#shared/protocol/sync.ts'
import type { Session } from '../support/api.ts'
import type { Random } from '../support/random.ts'
import { connectSync, type SyncClient } from '../support/sync-client.ts'
import { until } from '../support/until.ts'

export type TokenState = 'typed' | 'acknowledged' | 'died'

/**
 * One person's tab: types tokens nobody else types into one document, and remembers of each whether the server said
 * that it is durable. Its document outlives connections, unless the tab itself dies.
 */
export interface Typist {
  readonly name: string
  readonly documentId: string
  readonly tokens: ReadonlyMap<string, TokenState>
  /** Types one token at the start of a random line; at times also something that is taken away again. */
  type(): void
  /** Connects until it is let in, and waits until both sides have what the other has. */
  connect(): Promise<void>
  /** When all is durable; connects again where the server closed in between. */
  whenSaved(): Promise<void>
  /** with which codes the server closed while nobody had killed it */
  readonly closings: readonly number[]
  text(): string
  /** The tab dies with whatever the server has not acknowledged. */
  die(): void
  close(): void
}

export function createTypist(options: { name: string; session: Session; documentId: string; random: Random }): Typist {
  const { name, session, documentId, random } = options
  const tokens = new Map<string, TokenState>()
  let doc = new Y.Doc()
  let client: SyncClient | null = null
  let typed = 0
  /** typed, and in no content frame of this connection yet */
  let unsent: string[] = []
  const closings: number[] = []
  /** tokens by the number of the frame that carries them */
  let covered = new Map<number, string[]>()

  const onSent = (frame: number) => {
    covered.set(frame, unsent)
    unsent = []
  }
  const onAcknowledged = (frames: number) => {
    for (const [frame, carried] of covered) {
      if (frame > frames) continue
      for (const token of carried) tokens.set(token, 'acknowledged')
      covered.delete(frame)
    }
  }
  const forgetConnection = () => {
    unsent = [...tokens].filter(([, state]) => state === 'typed').map(([token]) => token)
    covered = new Map()
  }

  const connect = async () => {
    client?.socket.terminate()
    client = await until(
      `${name} is let in`,
      async () => {
        forgetConnection()
        const candidate = await connectSync(session, documentId, { doc, onSent, onAcknowledged }).catch(() => null)
        // A server that is stopping or starting may take a socket and drop it.
        const isSynced = await candidate?.whenSynced().then(
          () => true,
          () => false,
        )
        return isSynced === true ? candidate : null
      },
      { timeoutMs: 30_000 },
    )
  }

  return {
    name,
    closings,
    connect,
    documentId,
    tokens,
    type() {
      const text = doc.getText(TEXT_NAME)
      const token = `<${name}.${String(typed++).padStart(6, '0')}>`
      tokens.set(token, 'typed')
      unsent.push(token)
      doc.transact(() => text.insert(lineStart(text.toJSON(), random), `${token}\n`))
      if (random.below(4) === 0) {
        const at = lineStart(text.toJSON(), random)
        text.insert(at, '~~')
        text.delete(at, 2)
      }
    },
    async whenSaved() {
      for (;;) {
        const current = client
        if (current === null) return
        const isSaved = await current.whenSaved().then(
          () => true,
          () => false,
        )
        if (isSaved) return
        closings.push((await current.closed).code)
        await connect()
      }
    },
    text: () => doc.getText(TEXT_NAME).toJSON(),
    die() {
      client?.socket.terminate()
      for (const [token, state] of tokens) if (state === 'typed') tokens.set(token, 'died')
      doc = new Y.Doc()
      forgetConnection()
    },
    close: () => client?.close(),
  }
}

function lineStart(text: string, random: Random): number {
  const near = random.below(text.length + 1)
  return text.lastIndexOf('\n', near - 1) + 1
}
