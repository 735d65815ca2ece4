import type { Page } from '@playwright/test'

interface Model {
  onDidChangeContent(listener: () => void): void
}
interface BenchWindow {
  benchTimes?: number[]
  monaco: { editor: { getEditors(): readonly { getModel(): Model }[] } }
}
declare const window: BenchWindow & Window

const GAP_MS = 60

/** Types letters in one browser; times each from its key event until the model of the other's newest editor has it. */
export async function keyToColleague(options: { from: Page; to: Page; keys: number }): Promise<number[]> {
  const { from, to, keys } = options
  await from.evaluate(() => {
    const isListening = window.benchTimes !== undefined
    window.benchTimes = []
    const onKey = (event: KeyboardEvent): void => {
      window.benchTimes?.push(performance.timeOrigin + event.timeStamp)
    }
    if (!isListening) document.addEventListener('keydown', onKey, { capture: true })
  })
  await to.evaluate(() => {
    window.benchTimes = []
    const model = window.monaco.editor.getEditors().at(-1)?.getModel()
    model?.onDidChangeContent(() => window.benchTimes?.push(performance.timeOrigin + performance.now()))
  })
  for (let i = 0; i < keys; i++) {
    await from.keyboard.press('x')
    await from.waitForTimeout(GAP_MS)
  }
  await to.waitForFunction((count) => (window.benchTimes?.length ?? 0) >= count, keys)
  const [sent, arrived] = await Promise.all([from, to].map((page) => page.evaluate(() => window.benchTimes)))
  return (sent ?? []).map((at, i) => (arrived?.[i] ?? Number.NaN) - at)
}
