import { expect, type Page } from '@playwright/test'
import { test } from './bench-page.ts'

const state = (bench: Page) =>
  bench.evaluate(() => {
    const { left, right } = window.bench.pair()
    return {
      texts: [left.model.getValue(), left.text.toString(), right.model.getValue(), right.text.toString()],
      repairs: left.repairs,
      caret: left.editor.getPosition()?.toString(),
    }
  })

const everywhere = (text: string) => [text, text, text, text]

/** While a colleague's edit goes in, something else changes the editor unseen: lengths stay equal, texts do not. */
const partAtEqualLength = (bench: Page, initial: string) =>
  bench.evaluate((text) => {
    const { left, right } = window.bench.open('ours', text)
    left.editor.setPosition({ lineNumber: 2, column: 5 })
    left.editor.focus()
    const listening = left.model.onDidChangeContent(() => {
      listening.dispose()
      left.model.applyEdits([{ range: new window.bench.monaco.Range(1, 1, 1, 4), text: 'BAD' }])
    })
    right.text.insert(right.text.length, ' theirs')
    return [left.model.getValue(), left.text.toString()]
  }, initial)

test('[T3] a difference of equal length is found in leisure, and the shared text wins', async ({ bench }) => {
  const [model, text] = await partAtEqualLength(bench, 'one\ntwo words\nthree')
  expect(model).toBe('BAD\ntwo words\nthree theirs')
  expect(text).toBe('one\ntwo words\nthree theirs')
  await expect
    .poll(() => state(bench))
    .toEqual({ texts: everywhere('one\ntwo words\nthree theirs'), repairs: ['leisure'], caret: '(2,5)' })
})

test('[T4] undo after a repair takes back what I typed before it, and nothing else', async ({ bench }) => {
  await partAtEqualLength(bench, 'one\ntwo words\nthree')
  await bench.keyboard.type('MINE')
  await expect
    .poll(() => state(bench))
    .toMatchObject({ texts: everywhere('one\ntwo MINEwords\nthree theirs'), repairs: ['leisure'], caret: '(2,9)' })
  await bench.keyboard.press('Control+Z')
  expect((await state(bench)).texts).toEqual(everywhere('one\ntwo words\nthree theirs'))
})

test('[T3] an edit of mine that the shared text took otherwise is repaired in its favour', async ({ bench }) => {
  await bench.evaluate(() => {
    const { left } = window.bench.open('ours', 'start end')
    const insert = left.text.insert.bind(left.text)
    left.text.insert = (index, content) => {
      left.text.insert = insert
      insert(index, content.toUpperCase())
    }
    left.editor.setPosition({ lineNumber: 1, column: 7 })
    left.editor.focus()
  })
  await bench.keyboard.type('x')
  await expect
    .poll(() => state(bench))
    .toEqual({ texts: everywhere('start Xend'), repairs: ['leisure'], caret: '(1,8)' })
})

test('[T3] where the editor takes a correction otherwise too, all of it is replaced and carets stay', async ({
  bench,
}) => {
  const shown = await bench.evaluate(() => {
    const { left, right } = window.bench.open('ours', 'one\ntwo words\nthree')
    left.editor.setSelections([
      new window.bench.monaco.Selection(1, 2, 1, 2),
      new window.bench.monaco.Selection(2, 5, 2, 8),
    ])
    const applyEdits = left.model.applyEdits.bind(left.model)
    let failing = 2
    left.model.applyEdits = ((operations: Parameters<typeof applyEdits>[0]) =>
      applyEdits(
        failing-- > 0 ? operations.map((one) => ({ ...one, text: `${one.text ?? ''}?` })) : operations,
      )) as typeof left.model.applyEdits
    right.text.insert(4, 'theirs ')
    return {
      value: left.model.getValue(),
      repairs: left.repairs,
      carets: left.editor.getSelections()?.map(String),
    }
  })
  expect(shown).toEqual({
    value: 'one\ntheirs two words\nthree',
    repairs: ['length', 'whole'],
    carets: ['[1,2 -> 1,2]', '[2,12 -> 2,15]'],
  })
})

test('[T3] while a syllable is composed nothing is repaired, and afterwards it is', async ({ bench }) => {
  await partAtEqualLength(bench, 'one\ntwo words\nthree')
  const ime = await bench.context().newCDPSession(bench)
  const compose = (text: string) =>
    ime.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  await compose('ㅎ')
  // Three times as long as a repair waits for.
  await bench.evaluate(() => new Promise((resolve) => setTimeout(resolve, 3_000)))
  expect((await state(bench)).repairs).toEqual([])
  await compose('한')
  await ime.send('Input.insertText', { text: '한' })
  await expect
    .poll(() => state(bench))
    .toMatchObject({ texts: everywhere('one\ntwo 한words\nthree theirs'), repairs: ['leisure'] })
})
