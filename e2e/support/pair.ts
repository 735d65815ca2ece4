import type { Browser } from '@playwright/test'
import { keepTyping } from './disk.ts'
import { type Ide, openBrowser } from './ide.ts'
import type { Site } from './use-product.ts'
import { joinByInvite, makeWorkspace, putFile, workspaceFolder } from './world.ts'

/** Lines of their own for two people; those that programs change are far enough for git to merge around them. */
export const PAIR_TEXT = 'title: old\n\n\nmina: \n\nmiddle\n\njun: \n\n\nend: old\n'
const MINA_LINE = 4
const JUN_LINE = 8
let pairs = 0

/** Two people in one file of a workspace of their own. */
export interface Pair {
  readonly mina: Ide
  readonly jun: Ide
  /** the workspace on the disk */
  readonly folder: string
  /** for expectAllOnce */
  readonly people: readonly { readonly ide: Ide; readonly file: string }[]
  readonly close: () => Promise<void>
}

/** `notes.txt` is there with PAIR_TEXT before `prepare` lays the rest. */
export async function openPair(
  browser: Browser,
  { admin, product }: Site,
  file: string,
  prepare: (folder: string) => Promise<void> = async () => {},
): Promise<Pair> {
  const workspaceId = await makeWorkspace(admin, 'Disk')
  await putFile(admin, workspaceId, 'notes.txt', PAIR_TEXT)
  const folder = workspaceFolder(product, workspaceId)
  await prepare(folder)
  const mina = await openBrowser(browser, admin)
  const jun = await openBrowser(browser, await joinByInvite(admin, workspaceId, 'editor', `Jun${++pairs}`))
  await mina.open(workspaceId, file)
  await jun.open(workspaceId, file)
  return {
    mina,
    jun,
    folder,
    people: [mina, jun].map((ide) => ({ ide, file })),
    close: async () => {
      await mina.close()
      await jun.close()
    },
  }
}

/** Both type while the programs run, and for a while after; answers what they typed. */
export async function whileTyping(
  { mina, jun }: Pair,
  file: string,
  act: () => Promise<void>,
): Promise<readonly string[]> {
  const typists = [await keepTyping(mina, file, MINA_LINE, 'm'), await keepTyping(jun, file, JUN_LINE, 'j')] as const
  const more = (count: number) => Promise.all(typists.map((one) => one.more(count)))
  await more(4)
  await act()
  await more(4)
  return (await Promise.all(typists.map((one) => one.end()))).flat()
}
