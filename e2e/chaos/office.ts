import type { Product } from '../support/product.ts'
import type { Random } from '../support/random.ts'
import { joinByInvite, makeWorkspace, openFile, putFile, setUpOpen } from '../support/world.ts'
import { createTypist, type Typist } from './typist.ts'

/** One workspace, three people, three documents, and the tabs in which they type. */
export interface Office {
  readonly product: Product
  readonly workspaceId: string
  readonly documents: readonly { readonly id: string; readonly path: string; readonly typists: readonly Typist[] }[]
  readonly typists: readonly Typist[]
  /** A visitor who has seen nothing yet. */
  newcomer(documentId: string): Typist
  close(): Promise<void>
}

const PATHS = ['shared.txt', 'pair.txt', 'alone.txt'] as const
/** Who types where: person by document. */
const SEATS = [
  [0, 0],
  [1, 0],
  [2, 0],
  [0, 1],
  [1, 1],
  [2, 2],
] as const

export async function createOffice(product: Product, random: Random): Promise<Office> {
  const owner = await setUpOpen(product)
  const workspaceId = await makeWorkspace(owner, 'Office')
  const people = [
    owner,
    await joinByInvite(owner, workspaceId, 'editor', 'Bo'),
    await joinByInvite(owner, workspaceId, 'admin', 'Cleo'),
  ]
  for (const file of PATHS) await putFile(owner, workspaceId, file, `# ${file}\n`)
  const ids = await Promise.all(PATHS.map((file) => openFile(owner, workspaceId, file)))
  const typists = SEATS.map(([person, document]) =>
    createTypist({
      name: `p${person}d${document}`,
      session: pick(people, person),
      documentId: pick(ids, document),
      random,
    }),
  )
  await Promise.all(typists.map((typist) => typist.connect()))
  return {
    product,
    workspaceId,
    typists,
    documents: PATHS.map((file, i) => {
      const id = pick(ids, i)
      return { id, path: file, typists: typists.filter((typist) => typist.documentId === id) }
    }),
    newcomer: (documentId) => createTypist({ name: 'newcomer', session: owner, documentId, random }),
    async close() {
      for (const typist of typists) typist.close()
    },
  }
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new Error(`no item ${index}`)
  return item
}
