import { describe, expect, it } from 'vitest'
import { chooseOnly, chooseTo, nothingChosen, outermost, planMove, toggleChosen } from './tree-selection.ts'

const rows = ['a', 'b', 'c', 'd', 'e']
const chosenOf = ({ chosen }: { chosen: ReadonlySet<string> }) => [...chosen].toSorted()

describe('choosing in the tree', () => {
  it('takes a range from where it began, in both directions, and forgets the former range', () => {
    const down = chooseTo(chooseOnly('c'), rows, 'e')
    expect(chosenOf(down)).toEqual(['c', 'd', 'e'])
    const up = chooseTo(down, rows, 'b')
    expect(chosenOf(up)).toEqual(['b', 'c'])
    expect(up).toMatchObject({ cursor: 'b', anchor: 'c' })
  })

  it('adds and takes out single rows, and begins the next range there', () => {
    const two = toggleChosen(chooseOnly('a'), 'd')
    expect(chosenOf(two)).toEqual(['a', 'd'])
    expect(chosenOf(toggleChosen(two, 'a'))).toEqual(['d'])
    expect(chosenOf(chooseTo(two, rows, 'e'))).toEqual(['d', 'e'])
  })

  it('begins anew where the beginning of the range is no longer there', () => {
    expect(chosenOf(chooseTo(chooseOnly('gone'), rows, 'b'))).toEqual(['b'])
    expect(chosenOf(chooseTo(nothingChosen, rows, 'b'))).toEqual(['b'])
  })
})

describe('what acts on several entries', () => {
  it('leaves out what goes along with its folder, also where other names sort between them', () => {
    expect(outermost(['src/a.ts', 'src', 'src-old', 'src/deep/b.ts', 'x'])).toEqual(['src', 'src-old', 'x'])
  })

  it('moves nothing into itself, into what it contains, or where it is already', () => {
    expect(planMove(['src', 'readme.md', 'lib/x.ts'], 'src/deep')).toEqual([
      { from: 'lib/x.ts', to: 'src/deep/x.ts' },
      { from: 'readme.md', to: 'src/deep/readme.md' },
    ])
    expect(planMove(['readme.md', 'lib/x.ts'], '')).toEqual([{ from: 'lib/x.ts', to: 'x.ts' }])
  })
})
