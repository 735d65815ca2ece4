import type { Page } from '@playwright/test'

interface BenchWindow {
  benchPainted: number[]
  monaco: { editor: { create(element: HTMLElement, options: object): { focus(): void; setPosition(p: object): void } } }
}
declare const window: BenchWindow & Window

const GAP_MS = 60

/** Types `keys` letters and times each from its event to the frame after the one that drew it was handed over. */
export async function keyToPaint(
  page: Page,
  keys: number,
  meanwhile?: (stop: () => boolean) => Promise<void>,
): Promise<number[]> {
  await page.evaluate(() => {
    window.benchPainted = []
    const onKey = (event: KeyboardEvent): void => {
      const { timeStamp } = event
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', () => window.benchPainted.push(performance.now() - timeStamp), { once: true })
        port1.start()
        port2.postMessage(null)
      })
    }
    document.addEventListener('keydown', onKey, { capture: true })
  })
  let isDone = false
  const other = meanwhile?.(() => isDone)
  for (let i = 0; i < keys; i++) {
    await page.keyboard.press('x')
    await page.waitForTimeout(GAP_MS)
  }
  isDone = true
  await other
  return page.evaluate(() => window.benchPainted)
}

/** An editor with the same text and nothing of ours: what Monaco itself costs on this machine. */
export async function createPlainEditor(page: Page, text: string): Promise<void> {
  await page.evaluate((value) => {
    const element = document.createElement('div')
    element.style.cssText = 'position:fixed;inset:0;z-index:1000'
    document.body.append(element)
    const editor = window.monaco.editor.create(element, {
      value,
      language: 'typescript',
      editContext: false,
      minimap: { enabled: false },
    })
    editor.setPosition({ lineNumber: 2500, column: 1 })
    editor.focus()
  }, text)
}
