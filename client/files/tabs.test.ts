import { describe, expect, it } from 'vitest'
import {
  activeGroup,
  activePath,
  closeTab,
  moveTab,
  openTab,
  renameTabs,
  splitGroup,
  startLayout,
  stepTab,
} from './tabs.ts'

const three = ['a', 'b', 'c'].reduce((layout, path) => openTab(layout, 1, path), startLayout)

describe('tabs', () => {
  it('open once a group, after the active one', () => {
    const again = openTab(openTab(three, 1, 'a'), 1, 'd')
    expect(activeGroup(again).tabs).toEqual(['a', 'd', 'b', 'c'])
    expect(activeGroup(openTab(again, 1, 'a')).tabs).toHaveLength(4)
  })
  it('leave their place to a neighbour when closed', () => {
    expect(activePath(closeTab(openTab(three, 1, 'b'), 1, 'b'))).toBe('c')
    expect(activePath(closeTab(three, 1, 'c'))).toBe('b')
    expect(activePath(closeTab(three, 1, 'a'))).toBe('c')
  })
  it('show a file twice in a split, which goes away with its last tab', () => {
    const split = splitGroup(three, 1, 'c')
    expect([split.groups.length, split.active]).toEqual([2, 2])
    expect(closeTab(split, 2, 'c').groups).toHaveLength(1)
  })
  it('keep one empty group when all are closed', () => {
    const none = ['a', 'b', 'c'].reduce((layout, path) => closeTab(layout, 1, path), three)
    expect(none).toEqual({ groups: [{ id: 1, tabs: [], active: null }], active: 1 })
  })
  it('move among their group, and stop at its ends', () => {
    const order = (path: string, to: number) => activeGroup(moveTab(three, 1, path, to)).tabs
    expect(order('a', 1)).toEqual(['b', 'a', 'c'])
    expect(order('c', 0)).toEqual(['c', 'a', 'b'])
    expect([order('c', 3), order('a', -1), order('unknown', 0)]).toEqual(Array(3).fill(['a', 'b', 'c']))
  })
  it('go along with a rename, and round with the keyboard', () => {
    expect(activeGroup(renameTabs(three, (p) => (p === 'b' ? 'x/b' : p))).tabs).toEqual(['a', 'x/b', 'c'])
    expect([stepTab(three, 1), stepTab(three, -1)]).toEqual(['a', 'b'])
  })
})
