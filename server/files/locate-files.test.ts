import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '#shared/errors.ts'
import type { WorkspaceId } from '#shared/ids.ts'
import type { TreeEntry } from '#shared/protocol/agent.ts'
import { createLocateFiles } from './locate-files.ts'

const workspaceId = 'w' as WorkspaceId
const file = (path: string): TreeEntry => ({ path, kind: 'file', size: 1, mtimeMs: 0, isIgnored: false })

/** A workspace: files by path with their real paths, documents by id, and what the last tree said. */
function start(options: {
  disk?: Record<string, string>
  documents?: Record<string, string>
  tree?: readonly string[]
  isConnected?: boolean
  failure?: ErrorCode
}) {
  const { disk = {}, documents = {}, tree = [], isConnected = true, failure } = options
  const call = async (_: WorkspaceId, __: string, { path }: { path: string }) => {
    const realPath = disk[path]
    if (failure !== undefined || realPath === undefined) throw new AppError(failure ?? 'path_not_found')
    return { entry: file(path), realPath }
  }
  return createLocateFiles({
    gateway: { isConnected: () => isConnected, call: call as never },
    rows: { pathsOf: async () => new Map(Object.entries(documents)) },
    trees: { find: (_, path) => (tree.includes(path) ? file(path) : null) },
    guard: { holdOf: () => null },
  })
}
const tab = (path: string, documentId: string | null = null) => ({ path, documentId })
const there = { isThere: true, movedTo: null }
const gone = { isThere: false, movedTo: null }

describe('files that somebody had open', () => {
  it('are there, in an ignored folder too, or gone', async () => {
    const locate = start({ disk: { 'dist/x': 'dist/x' }, tree: ['a'] })
    expect(await locate(workspaceId, [tab('a'), tab('dist/x'), tab('b'), tab('c', 'unknown')])).toEqual([
      there,
      there,
      gone,
      gone,
    ])
  })

  it('are followed to another name, also where their old one is taken again', async () => {
    const locate = start({ disk: { new: 'new', old: 'old' }, documents: { 1: 'new', 2: 'new' }, tree: ['new'] })
    expect(await locate(workspaceId, [tab('old', '1'), tab('older', '2')])).toEqual([
      { isThere: true, movedTo: 'new' },
      { isThere: false, movedTo: 'new' },
    ])
  })

  it('are not followed to where no file is, and stay under the name of a link', async () => {
    const locate = start({ disk: { link: 'real', real: 'real' }, documents: { 1: 'nowhere', 2: 'real' } })
    expect(await locate(workspaceId, [tab('old', '1'), tab('link', '2')])).toEqual([gone, there])
  })

  it('are one in both Unicode forms of their name', async () => {
    const name = '한글.txt'
    const locate = start({ documents: { 1: name.normalize('NFC') }, tree: [name.normalize('NFD')] })
    expect(await locate(workspaceId, [tab(name.normalize('NFD'), '1')])).toEqual([there])
  })

  it('count as there while nobody can tell', async () => {
    const tabs = [tab('a'), tab('old', '1')]
    const documents = { 1: 'new' }
    expect(await start({ documents, isConnected: false })(workspaceId, tabs)).toEqual([there, there])
    expect(await start({ documents, failure: 'timeout' })(workspaceId, tabs)).toEqual([there, there])
  })
})
