import { type CDPSession, expect, type Page } from '@playwright/test'
import { test } from './bench-page.ts'

const LONE_JAMO = /[\u1100-\u11FF\u3130-\u318F]/

interface Syllable {
  readonly steps: readonly string[]
}

const HAN: Syllable = { steps: ['ㅎ', '하', '한'] }
const GEUL: Syllable = { steps: ['ㄱ', '그', '글'] }

/** As an input method does: the syllable grows in steps, each possibly followed by a colleague's edit, then stays. */
async function compose(ime: CDPSession, { steps }: Syllable, between: (step: number) => Promise<void>): Promise<void> {
  for (const [i, text] of steps.entries()) {
    await ime.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
    await between(i)
  }
  await ime.send('Input.insertText', { text: steps.at(-1) ?? '' })
}

async function begin(bench: Page, initial: string, column: number): Promise<CDPSession> {
  await bench.evaluate(
    ([text, at]) => {
      const { left } = window.bench.open('ours', text)
      left.editor.setPosition({ lineNumber: 1, column: at })
      left.editor.focus()
    },
    [initial, column] as const,
  )
  return bench.context().newCDPSession(bench)
}

const insertAsColleague = (bench: Page, offset: number, text: string) =>
  bench.evaluate(([at, inserted]) => window.bench.pair().right.text.insert(at, inserted), [offset, text] as const)

async function textEverywhere(bench: Page): Promise<string> {
  const texts = await bench.evaluate(() => {
    const { left, right } = window.bench.pair()
    return [left.model.getValue(), left.text.toString(), right.model.getValue(), right.text.toString()]
  })
  expect(new Set(texts).size, JSON.stringify(texts)).toBe(1)
  return texts[0] ?? ''
}

test('[T3] syllables are composed whole while a colleague writes before them in the line', async ({ bench }) => {
  const ime = await begin(bench, 'left  right', 6)
  await compose(ime, HAN, (i) => insertAsColleague(bench, 0, String(i)))
  await compose(ime, GEUL, (i) => insertAsColleague(bench, 0, String(i)))
  expect(await textEverywhere(bench)).toBe('210210left 한글 right')
})

test('[T3] syllables are composed whole while a colleague writes behind them in the line', async ({ bench }) => {
  const ime = await begin(bench, 'left  right', 6)
  const writeAtEnd = async (i: number) => insertAsColleague(bench, (await textEverywhere(bench)).length, String(i))
  await compose(ime, HAN, writeAtEnd)
  await compose(ime, GEUL, writeAtEnd)
  expect(await textEverywhere(bench)).toBe('left 한글 right012012')
})

test('[T3] a syllable stays whole where a colleague breaks its line in two above it', async ({ bench }) => {
  const ime = await begin(bench, 'left  right', 6)
  await compose(ime, HAN, (i) => insertAsColleague(bench, 4, i === 1 ? '\n' : '.'))
  expect(await textEverywhere(bench)).toBe('left.\n. 한 right')
})

test('[T4] undo after a composition with remote edits goes back by whole syllables, never to a lone jamo', async ({
  bench,
}) => {
  const ime = await begin(bench, 'left  right', 6)
  const slowly = async (i: number) => {
    await insertAsColleague(bench, 0, String(i))
    // Longer than edits are joined to one step of undo: a slow writer's syllable is one step all the same.
    await bench.evaluate(() => new Promise((resolve) => setTimeout(resolve, 550)))
  }
  await compose(ime, HAN, slowly)
  await compose(ime, GEUL, slowly)
  const seen: string[] = []
  for (let i = 0; i < 6; i++) {
    await bench.keyboard.press('Control+Z')
    seen.push(await textEverywhere(bench))
  }
  for (const text of seen) expect(text).not.toMatch(LONE_JAMO)
  expect(seen.at(-1)).toBe('210210left  right')
  await bench.keyboard.press('Control+Shift+Z')
  expect(await textEverywhere(bench)).toMatch(/^210210left (한|한글) right$/)
})
