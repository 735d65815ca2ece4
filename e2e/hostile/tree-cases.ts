import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { TreeAnswer } from '#shared/api/files.ts'
import type { Session } from '../support/api.ts'
import { agentPids, startProduct } from '../support/product.ts'
import { until } from '../support/until.ts'
import { makeWorkspace, putFile, setUpOpen, workspaceFolder } from '../support/world.ts'
import { alike, type HostileCase } from './hostile-case.ts'

const FOLDERS = 200
const FILES_EACH = 99
const READERS = 50

/** As browsers ask for it. */
const readTree = async (session: Session, workspaceId: string): Promise<TreeAnswer> => {
  const headers = { 'accept-encoding': 'gzip' }
  const { status, text, bytes } = await session.send(`/api/workspaces/${workspaceId}/tree`, { headers })
  if (status !== 200) throw new Error(`the tree was answered with ${status}: ${text.slice(0, 200)}`)
  return JSON.parse(gunzipSync(bytes).toString()) as TreeAnswer
}

/** Twenty thousand entries, as a package manager lays them on the disk. */
async function fill(folder: string): Promise<void> {
  for (let i = 0; i < FOLDERS; i++) {
    const module = path.join(folder, `module-${i}`)
    await mkdir(module, { recursive: true })
    await Promise.all(
      Array.from({ length: FILES_EACH }, (_, file) => writeFile(path.join(module, `file-${file}.ts`), '')),
    )
  }
}

export const TREE_CASES: readonly HostileCase[] = [
  {
    name: '20,000 entries, read by fifty browsers at once, then given other names',
    expected: '20,001 entries for each, all under their new names',
    async run({ owner, product, unique }) {
      const workspaceId = await makeWorkspace(owner, unique('Large'))
      const folder = workspaceFolder(product, workspaceId)
      await fill(path.join(folder, 'packages'))
      const trees = await Promise.all(Array.from({ length: READERS }, () => readTree(owner, workspaceId)))
      await rename(path.join(folder, 'packages'), path.join(folder, 'modules'))
      await until('the new names', async () => {
        const { entries } = await readTree(owner, workspaceId)
        const isMoved = entries.every((entry) => entry.path.startsWith('modules'))
        return isMoved && entries.length === FOLDERS * (FILES_EACH + 1) + 1
      })
      const sizes = alike(trees.map(({ entries }) => entries.length.toLocaleString('en')))
      return `${sizes} entries for each, all under their new names`
    },
  },
  {
    name: 'the tree of a stopped workspace, right after a restart of the server',
    expected: 'plain.txt at once, without an agent',
    timeoutMs: 60_000,
    async run() {
      const product = await startProduct()
      try {
        const owner = await setUpOpen(product)
        const workspaceId = await makeWorkspace(owner, 'Stopped')
        await putFile(owner, workspaceId, 'plain.txt', 'plain')
        await until('the file in the tree', async () => (await readTree(owner, workspaceId)).entries.length === 1)
        await product.kill('SIGTERM')
        for (const pid of agentPids(product.dataDir)) process.kill(pid, 'SIGKILL')
        // No agent can start here any more: what is shown was kept.
        await rm(path.join(workspaceFolder(product, workspaceId), '../runtime/volume-id'))
        await product.restart()
        const { entries, agent } = await readTree(owner, workspaceId)
        const names = entries.map((entry) => entry.path).join()
        return `${names} at once, ${agent === 'running' ? 'with' : 'without'} an agent`
      } finally {
        await product.stop()
      }
    },
  },
]
