// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import { listUnsavedFiles, noteUnsaved } from './offline-registry.ts'

beforeEach(() => localStorage.clear())

describe('what only this browser has', () => {
  it('[A7] is listed by file for the person who signs out, and not for another', () => {
    noteUnsaved('pairloom/mina/doc-1/1', 'src/main.ts', 3)
    noteUnsaved('pairloom/jun/doc-2/1', 'other.ts', 1)
    expect(listUnsavedFiles('mina')).toEqual([
      { store: 'pairloom/mina/doc-1/1', documentId: 'doc-1', path: 'src/main.ts', edits: 3 },
    ])
  })
  it('leaves the list once the server has it', () => {
    noteUnsaved('pairloom/mina/doc-1/1', 'src/main.ts', 3)
    noteUnsaved('pairloom/mina/doc-1/1', 'src/main.ts', 0)
    expect(listUnsavedFiles('mina')).toEqual([])
  })
  it('survives a damaged list', () => {
    localStorage.setItem('pairloom.offline', '{broken')
    expect(listUnsavedFiles('mina')).toEqual([])
  })
})
