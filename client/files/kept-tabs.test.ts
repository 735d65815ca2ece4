import { describe, expect, it } from 'vitest'
import { followTabs, keepTabs, layoutOf, parseTabs } from './kept-tabs.ts'
import { activePath, type Layout, openTab, splitGroup, startLayout } from './tabs.ts'

const place = { line: 3, column: 2, topLine: 1, topColumn: 1, belowPx: 4 }
const open = (...paths: string[]): Layout => paths.reduce((layout, path) => openTab(layout, 1, path), startLayout)
const plain = { documentId: null, place: null }
const there = { isThere: true, movedTo: null }
const gone = { isThere: false, movedTo: null }
const moved = (movedTo: string, isThere = false) => ({ isThere, movedTo })

describe('open tabs', () => {
  it('come back as they were, with splits, what was active, and where the person was', () => {
    const layout = openTab(splitGroup(open('a', 'b', 'c'), 1, 'b'), 2, 'd')
    const kept = keepTabs(layout, (group, path) => ({ documentId: path, place: group === 2 ? place : null }))
    const back = parseTabs(JSON.stringify(kept))
    expect(back).toEqual(kept)
    expect(back?.groups[1]?.tabs[0]).toEqual({ path: 'b', documentId: 'b', place })
    expect(back && layoutOf(back)).toEqual(layout)
  })

  it('are none where all were closed, which is not the same as never kept', () => {
    const kept = keepTabs(startLayout, () => plain)
    expect(layoutOf(kept)).toBeNull()
    expect(parseTabs(JSON.stringify(kept))).toEqual({ groups: [], active: 0 })
    expect(parseTabs(null)).toBeNull()
  })

  it('of a great many, those around the active one are kept', () => {
    const paths = Array.from({ length: 300 }, (_, i) => `f${i}`)
    for (const active of ['f0', 'f150', 'f299']) {
      const kept = keepTabs(openTab(open(...paths), 1, active), () => plain)
      expect(kept.groups[0]?.tabs).toHaveLength(100)
      const back = layoutOf(kept)
      expect(back && activePath(back)).toBe(active)
    }
  })

  it.each([
    '{',
    '[]',
    '7',
    '{"groups":{},"active":0}',
    '{"groups":[{"tabs":[],"active":0}],"active":0}',
    '{"groups":[{"tabs":[{"path":7,"documentId":null,"place":null}],"active":0}],"active":0}',
    '{"groups":[{"tabs":[{"path":"a","documentId":null,"place":{"line":1}}],"active":0}],"active":0}',
    '{"groups":[{"tabs":[{"path":"a","documentId":null,"place":null}],"active":-1}],"active":0}',
  ])('are left out where what was kept is damaged: %s', (text) => expect(parseTabs(text)).toBeNull())

  it('show something where the active one is beyond the list', () => {
    const back = layoutOf({ groups: [{ tabs: [{ path: 'a', ...plain }], active: 5 }], active: 5 })
    expect(back && activePath(back)).toBe('a')
  })
})

describe('files that changed meanwhile', () => {
  const follow = (layout: Layout, found: Record<string, typeof gone | ReturnType<typeof moved>>, address?: string) =>
    followTabs(layout, new Map(Object.entries(found)), address ?? null)

  it('are left out where they are gone, with their group', () => {
    const layout = splitGroup(open('a', 'b', 'c'), 1, 'c')
    const next = follow(layout, { a: there, b: there, c: gone })
    expect(next).toEqual({ groups: [{ id: 1, tabs: ['a', 'b'], active: 'b' }], active: 1 })
  })

  it('are followed to their other name, and stand once where two come to one', () => {
    expect(follow(open('a', 'b'), { a: moved('x/a'), b: there }).groups[0]?.tabs).toEqual(['x/a', 'b'])
    expect(follow(open('a', 'b'), { a: moved('b'), b: there }).groups[0]?.tabs).toEqual(['b'])
  })

  it('stay where the address names them and something is there, and follow where nothing is', () => {
    expect(follow(open('a'), { a: moved('b', true) }, 'a').groups[0]?.tabs).toEqual(['a'])
    expect(follow(open('a'), { a: moved('b') }, 'a').groups[0]?.tabs).toEqual(['b'])
    expect(follow(open('a', 'c'), { a: gone, c: gone }, 'a').groups[0]?.tabs).toEqual(['a'])
  })

  it('do not touch tabs that were opened since', () => {
    expect(follow(open('a', 'new'), { a: gone }).groups[0]?.tabs).toEqual(['new'])
  })
})
