import { expect, type Page } from '@playwright/test'
import { test } from './bench-page.ts'
import type { StormPlan, StormResult } from './page/storm.ts'

const { BINDING_SEED, BINDING_SEEDS } = process.env
/** BINDING_SEED replays one storm, BINDING_SEEDS is how many to try. */
const FIRST_SEED = Number(BINDING_SEED ?? Math.floor(Math.random() * 1e9))
const SEEDS = Number(BINDING_SEEDS ?? (BINDING_SEED === undefined ? 12 : 1))

test.beforeEach(() => test.setTimeout(30_000 + SEEDS * 2_500))

function expectEqual({ seed, leftModel, leftText, rightModel, rightText, log }: StormResult): void {
  const replay = `replay with BINDING_SEED=${seed}; the last acts: ${log.slice(-12).join(', ')}`
  expect([leftModel, rightModel, rightText], replay).toEqual([leftText, leftText, leftText])
  expect(leftText, replay).not.toContain('\r')
}

const runStorm = async (bench: Page, plan: StormPlan) => {
  try {
    return await bench.evaluate((p) => window.bench.runStorm(p), plan)
  } catch (error) {
    throw new Error(`replay with BINDING_SEED=${plan.seed}`, { cause: error })
  }
}

/** Two carets wrote half a character each, and correcting that took the letter after it out of the editor. */
const HALVES_AT_TWO_CARETS = 8_338_260

const plans = (more: Partial<StormPlan>): StormPlan[] =>
  Array.from({ length: SEEDS }, (_, i) => ({ seed: FIRST_SEED + i, steps: 60, ...more }))

test('[T3] whatever two people do in Monaco at once, editors and texts end equal', async ({ bench }) => {
  for (const plan of plans({})) {
    const { rest } = await runStorm(bench, plan)
    expectEqual(rest)
  }
})

test('[T3] editors and texts end equal where another client cuts characters in half', async ({ bench }) => {
  for (const plan of plans({ hasCutter: true })) {
    const { rest } = await runStorm(bench, plan)
    expectEqual(rest)
  }
})

test('[T4] undoing everything takes back all that is mine and nothing of my colleague', async ({ bench }) => {
  const ofLeft = /[a-d가😀😁]/u
  const ofRight = /[XYZ힣🚀🛸]/gu
  let kept = 0
  for (const plan of plans({ isPlain: true })) {
    const { rest, undone } = await runStorm(bench, plan)
    expectEqual(rest)
    if (undone === null) throw new Error('a plain storm ends with undo')
    expectEqual(undone)
    const replay = `replay with BINDING_SEED=${plan.seed}`
    expect(undone.leftText, replay).not.toMatch(ofLeft)
    const before = rest.leftText.match(ofRight) ?? []
    let at = 0
    for (const character of undone.leftText.match(ofRight) ?? []) if (character === before[at]) at += 1
    expect(at, `${replay}: characters of the colleague, in order`).toBe(before.length)
    kept += before.length
  }
  expect(kept).toBeGreaterThan(0)
})

test('[T3] half a character written at two carets leaves the text after it alone', async ({ bench }) => {
  const { rest } = await runStorm(bench, { seed: HALVES_AT_TWO_CARETS, steps: 60, isPlain: true })
  expectEqual(rest)
})
