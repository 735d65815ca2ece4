import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { operateOften, randomFrom, scan, sortedByPath } from '../testing/tree-operations.ts'
import { createTree } from './tree.ts'

const OPERATIONS = 1_000

it.each([1, 2, 3])('misses nothing in a thousand operations, seed %i', async (seed) => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'pairloom-tree-'))
  const seen = new Map<string, TreeEntry>()
  const tree = await createTree(root, {
    onDelta: ({ removes, upserts }) => {
      for (const gone of removes) seen.delete(gone)
      for (const entry of upserts) seen.set(entry.path, entry)
    },
    onTouched: () => {},
    onRenamed: () => {},
    onPolling: () => {},
  })
  try {
    await operateOften(root, randomFrom(seed), OPERATIONS)
    await expect.poll(() => sortedByPath(seen.values()), { timeout: 5_000 }).toEqual(sortedByPath(scan(root)))
    expect(sortedByPath(tree.snapshot().entries)).toEqual(sortedByPath(seen.values()))
  } finally {
    tree.close()
    rmSync(root, { recursive: true, force: true })
  }
})
