import { expect, it } from 'vitest'
import type { ConflictInfo } from '#shared/api/conflicts.ts'
import { byFile } from './by-file.ts'

const conflict = (path: string, line: number) => ({ id: `${path}:${line}`, path, line }) as ConflictInfo

it('lists conflicts by file and line, whatever order they came in', () => {
  const listed = byFile([conflict('b', 9), conflict('a/x', 3), conflict('b', 10), conflict('b', 2)])
  expect(listed.map(({ path, conflicts }) => [path, conflicts.map(({ line }) => line)])).toEqual([
    ['a/x', [3]],
    ['b', [2, 9, 10]],
  ])
  expect(byFile([])).toEqual([])
})
