import { createSession, type Session, signUp } from '../support/api.ts'
import { sendHttp } from '../support/http.ts'
import type { Product } from '../support/product.ts'
import { connectSync, type SyncClient } from '../support/sync-client.ts'
import { joinByInvite, makeWorkspace, openFile, putFile, setUpOpen } from '../support/world.ts'

/** The product under attack: who is in it, and what is theirs. */
export interface Premises {
  readonly product: Product
  readonly admin: Session
  readonly owner: Session
  readonly editor: Session
  readonly viewer: Session
  readonly stranger: Session
  readonly workspaceId: string
  readonly documentId: string
  readonly foreignWorkspaceId: string
  readonly foreignDocumentId: string
  /** A document of its own for a case that may leave traces. */
  freshDocument(content?: string): Promise<string>
  /** A name nobody else in this run has. */
  unique(word: string): string
  /** An address of this machine of its own: limits by address then judge each case alone. */
  freshAddress(): string
}

const MACHINES = process.platform === 'linux'

export async function createPremises(product: Product): Promise<Premises> {
  let count = 0
  let machine = 10
  const unique = (word: string) => `${word}-${++count}`
  const freshAddress = () =>
    MACHINES ? `127.0.${Math.floor(++machine / 250) + 1}.${(machine % 250) + 1}` : '127.0.0.1'
  const admin = await setUpOpen(product)
  const owner = await signUp(product, 'Olive')
  const workspaceId = await makeWorkspace(owner, 'Attacked')
  const stranger = await signUp(product, 'Stran')
  const foreignWorkspaceId = await makeWorkspace(stranger, 'Foreign')
  await putFile(owner, workspaceId, 'plain.txt', 'plain\n')
  await putFile(stranger, foreignWorkspaceId, 'secret.txt', 'nobody else reads this\n')
  return {
    product,
    admin,
    owner,
    stranger,
    workspaceId,
    foreignWorkspaceId,
    unique,
    freshAddress,
    editor: await joinByInvite(owner, workspaceId, 'editor', 'Edit'),
    viewer: await joinByInvite(owner, workspaceId, 'viewer', 'View'),
    documentId: await openFile(owner, workspaceId, 'plain.txt'),
    foreignDocumentId: await openFile(stranger, foreignWorkspaceId, 'secret.txt'),
    async freshDocument(content = 'one\ntwo\n') {
      const file = `${unique('fresh')}.txt`
      await putFile(owner, workspaceId, file, content)
      return openFile(owner, workspaceId, file)
    },
  }
}

/** A bystander in a workspace of its own, who signs in and edits after each attack. */
export interface Canary {
  /** How long login and an acknowledged edit took, in ms; throws where either failed. */
  sing(): Promise<{ loginMs: number; editMs: number }>
  close(): void
}

export async function createCanary(product: Product): Promise<Canary> {
  const localAddress = MACHINES ? '127.0.0.9' : '127.0.0.1'
  const session = await signUp(product, 'Canary', { localAddress })
  const workspaceId = await makeWorkspace(session, 'Cage')
  await putFile(session, workspaceId, 'song.txt', '')
  const documentId = await openFile(session, workspaceId, 'song.txt')
  let client: SyncClient = await connectSync(session, documentId, { localAddress })
  await client.whenSynced()
  let song = ''
  let songs = 1
  return {
    async sing() {
      const startedAt = performance.now()
      // A machine of its own each time, or the limit by address would silence it.
      const fresh = createSession(product, {
        localAddress: MACHINES ? `127.9.${songs >> 8}.${songs++ & 255 || 1}` : localAddress,
      })
      await fresh.api.auth.login.mutate({ email: 'canary@example.org', password: passwordOfCanary })
      const loginMs = performance.now() - startedAt
      if (client.socket.readyState !== client.socket.OPEN) {
        client = await connectSync(session, documentId, { localAddress, doc: client.doc })
        await client.whenSynced()
      }
      client.edit((text) => text.insert(text.length, 'la '))
      song += 'la '
      await client.whenSaved()
      if (client.text() !== song) throw new Error("somebody else wrote into the canary's file")
      await fresh.api.auth.logout.mutate()
      return { loginMs, editMs: performance.now() - startedAt - loginMs }
    },
    close: () => client.close(),
  }
}

const passwordOfCanary = 'yranaC keeps seven umbrellas dry'

/** A GET without anybody's cookies. */
export const lookAnonymously = (product: Product, target: string) => sendHttp(product.port, target)
