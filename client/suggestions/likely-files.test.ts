import { describe, expect, it } from 'vitest'
import { likelyFiles } from './likely-files.ts'

const files = new Set(['src/main.ts', 'src/other.ts', 'README.md'])
const likely = (clues: Partial<Parameters<typeof likelyFiles>[0]>) =>
  likelyFiles({ info: 'ts', attached: [], texts: [], path: null, hasFile: (path) => files.has(path), ...clues })

describe('the file a block of code is for', () => {
  it.each(['ts src/main.ts', 'ts title="src/main.ts"', 'src/main.ts', 'ts:src/main.ts', 'ts {file=./src/main.ts}'])(
    'is what the block itself names: %s',
    (info) =>
      expect(likely({ info, attached: ['README.md'] })).toMatchObject({
        isClear: true,
        files: ['src/main.ts', 'README.md'],
      }),
  )

  it('is the only one that was attached to the question', () => {
    expect(likely({ attached: ['src/main.ts'], path: 'README.md' })).toEqual({
      files: ['src/main.ts', 'README.md'],
      isClear: true,
    })
  })

  it('is asked for where several are meant, or none', () => {
    expect(likely({ attached: ['src/main.ts', 'src/other.ts'] }).isClear).toBe(false)
    expect(likely({ attached: ['src/main.ts'], texts: ['Change `src/other.ts`.'] })).toEqual({
      files: ['src/main.ts', 'src/other.ts'],
      isClear: false,
    })
    expect(likely({ path: 'src/main.ts' })).toEqual({ files: ['src/main.ts'], isClear: false })
    expect(likely({ info: 'ts src/gone.ts' })).toEqual({ files: [], isClear: false })
  })
})
