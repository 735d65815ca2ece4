import { expect, type Page } from '@playwright/test'
import { test } from './bench-page.ts'
import type { Kind } from './page/pair.ts'

/** Everything there is of the text, on both sides. */
const state = (bench: Page) =>
  bench.evaluate(() => {
    const { left, right } = window.bench.pair()
    return [left.model.getValue(), left.text.toString(), right.model.getValue(), right.text.toString()]
  })

const everywhere = (text: string) => [text, text, text, text]

test.describe('a file of mixed line breaks', () => {
  const typeIntoMixed = async (bench: Page, kind: Kind) => {
    await bench.evaluate((which) => {
      const { left } = window.bench.open(which, 'one\r\ntwo\nthree\r\nfour')
      left.editor.executeEdits('test', [{ range: new window.bench.monaco.Range(3, 1, 3, 1), text: 'X' }])
    }, kind)
    return state(bench)
  }
  test('y-monaco parts model and text', async ({ bench }) => {
    const [leftModel, leftText] = await typeIntoMixed(bench, 'y-monaco')
    expect(leftModel).toContain('Xthree')
    expect(leftText).not.toContain('Xthree')
  })
  test('[T1] ours holds LF alone, and an edit lands where it was made', async ({ bench }) => {
    expect(await typeIntoMixed(bench, 'ours')).toEqual(everywhere('one\ntwo\nXthree\nfour'))
  })
})

test.describe("Ctrl+Z after a colleague's edit", () => {
  const undoAfterPeer = async (bench: Page, kind: Kind) => {
    await bench.evaluate((which) => {
      const { left } = window.bench.open(which, 'start end')
      left.editor.setPosition({ lineNumber: 1, column: 6 })
      left.editor.focus()
    }, kind)
    await bench.keyboard.type('MINE')
    await bench.evaluate(() => window.bench.pair().right.text.insert(0, 'theirs '))
    await bench.keyboard.press('Control+Z')
    return state(bench)
  }
  test("y-monaco removes the colleague's characters", async ({ bench }) => {
    const [leftModel] = await undoAfterPeer(bench, 'y-monaco')
    expect(leftModel).not.toBe('theirs start end')
  })
  test('[T4] ours takes back what I typed and nothing else', async ({ bench }) => {
    expect(await undoAfterPeer(bench, 'ours')).toEqual(everywhere('theirs start end'))
  })
})

test.describe("several carets and a colleague's edit", () => {
  const caretsAfterPeer = (bench: Page, kind: Kind) =>
    bench.evaluate((which) => {
      const { left, right } = window.bench.open(which, 'aaa\nbbb\nccc\n')
      const at = (line: number) => new window.bench.monaco.Selection(line, 2, line, 2)
      left.editor.setSelections([at(1), at(2), at(3)])
      right.text.insert(0, 'XX')
      return left.editor.getSelections()?.map((s) => [s.positionLineNumber, s.positionColumn])
    }, kind)
  test('y-monaco leaves one caret', async ({ bench }) => {
    expect(await caretsAfterPeer(bench, 'y-monaco')).toHaveLength(1)
  })
  test('[T3] ours keeps each caret at its character', async ({ bench }) => {
    expect(await caretsAfterPeer(bench, 'ours')).toEqual([
      [1, 4],
      [2, 2],
      [3, 2],
    ])
  })
})

test.describe('lines that a colleague inserts above', () => {
  const firstVisible = (bench: Page, kind: Kind) =>
    bench.evaluate((which) => {
      const lines = Array.from({ length: 300 }, (_, i) => `line ${i + 1}`).join('\n')
      const { left, right } = window.bench.open(which, lines)
      const top = (): string => {
        const line = left.editor.getVisibleRanges()[0]?.startLineNumber ?? 0
        return `${left.model.getLineContent(line)} at ${left.editor.getTopForLineNumber(line) - left.editor.getScrollTop()}`
      }
      left.editor.setScrollTop(left.editor.getTopForLineNumber(100) + 5)
      const before = top()
      right.text.insert(0, 'new\n'.repeat(20))
      return { before, after: top() }
    }, kind)
  test("y-monaco moves the reader's text", async ({ bench }) => {
    const { before, after } = await firstVisible(bench, 'y-monaco')
    expect(after).not.toBe(before)
  })
  test('[T3] ours keeps the text where the eye is, to the pixel', async ({ bench }) => {
    const { before, after } = await firstVisible(bench, 'ours')
    expect(before).toBe('line 101 at 14')
    expect(after).toBe(before)
  })
})

test.describe('after the binding has ended', () => {
  const afterEnd = (bench: Page, kind: Kind) =>
    bench.evaluate((which) => {
      const { left, right } = window.bench.open(which, 'text')
      left.unbind()
      left.awareness.setLocalStateField('selection', null)
      left.editor.setPosition({ lineNumber: 1, column: 3 })
      const sentSelection = left.awareness.getLocalState()?.['selection'] !== null
      left.editor.executeEdits('test', [{ range: new window.bench.monaco.Range(1, 1, 1, 1), text: 'unbound ' }])
      right.text.insert(0, 'remote ')
      left.editor.trigger('test', 'undo', null)
      const still = [...left.doc._observers.entries()].filter(([, set]) => set.size > 0).map(([name]) => name)
      return {
        sentSelection,
        textListeners: left.text._eH.l.length,
        docListeners: still.filter((name) => name === 'afterTransaction' || name === 'beforeAllTransactions'),
        leftModel: left.model.getValue(),
        leftText: left.text.toString(),
      }
    }, kind)
  test('y-monaco goes on publishing the selection', async ({ bench }) => {
    expect((await afterEnd(bench, 'y-monaco')).sentSelection).toBe(true)
  })
  test("[T3] ours listens to nothing and gives the editor's own undo back", async ({ bench }) => {
    expect(await afterEnd(bench, 'ours')).toMatchObject({
      sentSelection: false,
      textListeners: 0,
      docListeners: [],
      leftModel: 'text',
      leftText: 'remote text',
    })
  })
})

test.describe('more than 1,000 replacements at once', () => {
  const replaceAll = async (bench: Page, kind: Kind) => {
    await bench.evaluate((which) => {
      const lines = Array.from({ length: 1_500 }, (_, i) => `foo ${i}`).join('\n')
      const { left, right, link } = window.bench.open(which, lines)
      link.hold()
      const edits = left.model
        .findMatches('foo', false, false, true, null, false, 5_000)
        .map(({ range }) => ({ range, text: 'quux' }))
      left.editor.executeEdits('replace', edits)
      const offset = right.model.getOffsetAt({ lineNumber: 751, column: 8 })
      right.text.insert(offset, ' mine')
      link.flow()
    }, kind)
    const texts = await state(bench)
    return texts.map((text) => text.split('\n').indexOf('quux 750 mine'))
  }
  test('y-monaco misplaces what a colleague wrote meanwhile', async ({ bench }) => {
    expect(await replaceAll(bench, 'y-monaco')).toEqual([-1, -1, -1, -1])
  })
  test("[T3] ours leaves a colleague's words in the line they were written in", async ({ bench }) => {
    expect(await replaceAll(bench, 'ours')).toEqual([750, 750, 750, 750])
  })
})
