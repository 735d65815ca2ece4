import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { EditorHandle } from '../editor/code-editor.tsx'
import { keepOpen } from './keep-open.ts'
import { createWorkbenchStore, type Handles } from './state.ts'
import { openTab, splitGroup, startLayout } from './tabs.ts'
import { forgetTabs } from './tabs-key.ts'

const place = { line: 7, column: 2, topLine: 5, topColumn: 1, belowPx: 0 }
const handleOf = (documentId: string) => ({ documentId, place: () => place }) as unknown as EditorHandle

/** One window: its session storage is its own, the device's is everybody's. */
function openWindow(session: Record<string, string> = {}, personId = 'mina') {
  sessionStorage.clear()
  for (const [key, value] of Object.entries(session)) sessionStorage.setItem(key, value)
  const store = createWorkbenchStore(true)
  const handles: Handles = new Map()
  const kept = keepOpen({ workspaceId: 'w', personId, store, handles, locate: async () => [] })
  return {
    store,
    handles,
    kept,
    /** leaves the page; what the window takes along over a reload */
    leave: (): Record<string, string> => {
      kept.close()
      return { ...sessionStorage } as Record<string, string>
    },
  }
}
const tabsOf = ({ kept }: ReturnType<typeof openWindow>) => kept.layout?.groups.map(({ tabs }) => tabs)

beforeEach(() => localStorage.clear())

describe('what was open in a window', () => {
  it('is there again after a reload, and later in a new one, with the place in each text', () => {
    const first = openWindow()
    expect(first.kept.layout).toBeNull()
    first.kept.start()
    first.store.setState({ layout: splitGroup(openTab(openTab(startLayout, 1, 'a'), 1, 'b'), 1, 'b') })
    first.store.setState({
      files: { b: { status: 'open', session: { documentId: 'doc-b' } } as never },
    })
    first.handles.set(2, handleOf('doc-b'))
    const own = first.leave()
    for (const session of [own, {}]) {
      const again = openWindow(session)
      expect(tabsOf(again)).toEqual([['a', 'b'], ['b']])
      expect(again.kept.placeOf(2, 'doc-b')).toEqual(place)
      expect(again.kept.placeOf(1, 'doc-b')).toBeNull()
    }
  })

  it('gives a split the place of the text beside it', () => {
    const page = openWindow()
    page.handles.set(1, handleOf('doc-a'))
    expect(page.kept.placeOf(2, 'doc-a')).toEqual(place)
    expect(page.kept.placeOf(2, 'doc-b')).toBeNull()
    page.leave()
  })

  it('is not taken by another window of the workspace', () => {
    const mine = openWindow()
    mine.kept.start()
    mine.store.setState({ layout: openTab(startLayout, 1, 'mine') })
    const own = mine.leave()
    const other = openWindow()
    other.kept.start()
    other.store.setState({ layout: openTab(startLayout, 1, 'other') })
    other.leave()
    expect(tabsOf(openWindow(own))).toEqual([['mine']])
    expect(tabsOf(openWindow())).toEqual([['other']])
  })

  it('is nobody else’s', () => {
    const mina = openWindow()
    mina.kept.start()
    mina.store.setState({ layout: openTab(startLayout, 1, 'a') })
    const own = mina.leave()
    expect(openWindow(own, 'jun').kept.layout).toBeNull()
  })

  it('is not wiped by a page that is left before it began', () => {
    const first = openWindow()
    first.kept.start()
    first.store.setState({ layout: openTab(startLayout, 1, 'a') })
    const own = first.leave()
    expect(tabsOf(openWindow(openWindow(own).leave()))).toEqual([['a']])
  })

  it('is wiped at signing out, and where the workspace is no longer one’s own', () => {
    const one = openWindow()
    one.kept.start()
    one.store.setState({ layout: openTab(startLayout, 1, 'a') })
    one.leave()
    forgetTabs('mina')
    expect([localStorage.length, sessionStorage.length]).toEqual([0, 0])
    const signedOut = openWindow()
    signedOut.kept.start()
    signedOut.store.setState({ layout: openTab(startLayout, 1, 'a'), link: { status: 'signed-out', latencyMs: null } })
    signedOut.leave()
    expect(localStorage.length).toBe(0)
    const revoked = openWindow()
    revoked.kept.start()
    revoked.store.setState({ layout: openTab(startLayout, 1, 'a') })
    revoked.leave()
    expect(localStorage.length).toBe(1)
    const ended = openWindow()
    ended.kept.start()
    ended.store.setState({ end: 'revoked' })
    ended.leave()
    expect([localStorage.length, sessionStorage.length]).toEqual([0, 0])
  })

  it('is kept a moment after each change, so that a crash takes little', () => {
    vi.useFakeTimers()
    const page = openWindow()
    page.kept.start()
    page.store.setState({ layout: openTab(startLayout, 1, 'a') })
    expect(localStorage.length).toBe(0)
    vi.advanceTimersByTime(1_000)
    expect(localStorage.length).toBe(1)
    page.leave()
    vi.useRealTimers()
  })
})
