import type { Page } from '@playwright/test'

interface Model {
  readonly uri: { readonly path: string }
  onDidChangeContent(listener: () => void): void
}
interface BenchWindow {
  benchTimes: number[]
  monaco: { editor: { getModels(): readonly Model[] } }
}
declare const window: BenchWindow & Window

const GAP_MS = 60

/** Types letters in one browser; times each from its key event until the other browser's model has it. */
export async function keyToColleague(options: { from: Page; to: Page; file: string; keys: number }): Promise<number[]> {
  const { from, to, file, keys } = options
  await from.evaluate(() => {
    window.benchTimes = []
    document.addEventListener('keydown', (event) => window.benchTimes.push(performance.timeOrigin + event.timeStamp), {
      capture: true,
    })
  })
  await to.evaluate((path) => {
    window.benchTimes = []
    const model = window.monaco.editor.getModels().find((one) => one.uri.path.endsWith(`/${path}`))
    model?.onDidChangeContent(() => window.benchTimes.push(performance.timeOrigin + performance.now()))
  }, file)
  for (let i = 0; i < keys; i++) {
    await from.keyboard.press('x')
    await from.waitForTimeout(GAP_MS)
  }
  await to.waitForFunction((count) => window.benchTimes.length >= count, keys)
  const [sent, arrived] = await Promise.all([from, to].map((page) => page.evaluate(() => window.benchTimes)))
  return (sent ?? []).map((at, i) => (arrived?.[i] ?? Number.NaN) - at)
}
