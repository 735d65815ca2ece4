import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { Session } from '../../e2e/support/api.ts'
import { openBrowser } from '../../e2e/support/ide.ts'
import type { Product } from '../../e2e/support/product.ts'
import { inputOf, screenOf, showTerminals, startTerminal } from '../../e2e/support/terminal.ts'
import { until } from '../../e2e/support/until.ts'
import { makeWorkspace, putFile } from '../../e2e/support/world.ts'
import { launchBrowser } from '../browser/launch-browser.ts'
import { processTree, residentBytes, watchGrowth } from '../process-usage.ts'
import { median, quantile } from '../statistics.ts'
import type { Add } from './add.ts'
import { agentBytes, STREAM_BYTES } from './terminal.ts'

const ECHOES = 200
const STOPS = 10
const MIB = 2 ** 20
const FILE = 'notes.txt'
/** A prompt that the commands do not hold, since their quotes are taken away. */
const PROMPT = 'ready> '

interface BenchWindow {
  benchKeyAt: number
  benchSeenAt: number
}
declare const window: BenchWindow & Window

/** Terminals as a person sees them: from the key to what is drawn, in a real browser. */
export async function measurePage(product: Product, owner: Session, add: Add): Promise<void> {
  const workspaceId = await makeWorkspace(owner, 'Page')
  await putFile(owner, workspaceId, FILE, 'notes\n')
  const browser = await launchBrowser()
  try {
    const { page, open } = await openBrowser(browser, owner)
    await open(workspaceId, FILE)
    await showTerminals(page)
    await startTerminal(page)
    await inputOf(page).focus()
    await page.keyboard.type(`PS1='rea''dy> '; clear\n`)
    await waitForPrompt(page)
    await timeKeys(page)

    const echoes: number[] = []
    for (let i = 0; i < ECHOES; i++) echoes.push(await untilDrawn(page, String.fromCodePoint(97 + (i % 26)), null))
    add('terminal in the browser', 'echo, key to drawn, p50', median(echoes), 'ms')
    add('terminal in the browser', 'echo, key to drawn, p99', quantile(echoes, 0.99), 'ms')
    await page.keyboard.press('Control+c')
    await waitForPrompt(page)

    const growth = watchGrowth({
      server: () => residentBytes(product.pid),
      agent: () => agentBytes(product),
      page: () => Math.max(...renderers().map(residentBytes)),
    })
    const startedAt = performance.now()
    await page.keyboard.type(`yes 0123456789abcdef | head -c ${STREAM_BYTES}; echo; echo al""l\n`)
    await until('all of the stream', async () => /all\s*ready>/.test(await textOf(page)), { timeoutMs: 120_000 })
    const seconds = (performance.now() - startedAt) / 1_000
    const grown = growth.stop()
    add('terminal in the browser', '50 MB through it', STREAM_BYTES / MIB / seconds, 'MiB/s')
    for (const [name, bytes] of Object.entries(grown))
      add('terminal in the browser', `50 MB through it, growth of the ${name}`, bytes / MIB, 'MiB')

    const stops: number[] = []
    for (let i = 0; i < STOPS; i++) {
      await page.keyboard.type('clear; yes\n')
      await until('yes fills the screen', async () => /^(?:y\s*){5}/.test(await textOf(page)))
      stops.push(await untilDrawn(page, 'Control+c', PROMPT.trim()))
    }
    add('terminal in the browser', 'Ctrl-C while `yes` runs, key to prompt, p50', median(stops), 'ms')
    add('terminal in the browser', 'Ctrl-C while `yes` runs, key to prompt, most', Math.max(...stops), 'ms')
  } finally {
    await browser.close()
  }
}

const textOf = async (page: Page): Promise<string> => (await screenOf(page).innerText()).replaceAll('\u00a0', ' ')

const waitForPrompt = (page: Page): Promise<unknown> =>
  until('the prompt', async () => (await textOf(page)).trimEnd().endsWith(PROMPT.trim()))

/** Notes when a key was pressed, by the browser's own clock. */
const timeKeys = (page: Page): Promise<void> =>
  page.evaluate(() =>
    document.addEventListener('keydown', (event) => (window.benchKeyAt = event.timeStamp), { capture: true }),
  )

/** Presses a key; answers how long it took until the rows changed, or until they hold a word. */
async function untilDrawn(page: Page, key: string, word: string | null): Promise<number> {
  await page.evaluate((wanted) => {
    window.benchSeenAt = 0
    const rows = document.querySelector('[data-testid="terminal"] .xterm-rows')
    if (rows === null) throw new Error('no terminal is drawn')
    const before = rows.textContent
    const observer = new MutationObserver(() => {
      const now = rows.textContent
      if (wanted === null ? now === before : !now.includes(wanted)) return
      window.benchSeenAt = performance.now()
      observer.disconnect()
    })
    observer.observe(rows, { childList: true, subtree: true, characterData: true })
  }, word)
  await page.keyboard.press(key)
  await page.waitForFunction(() => window.benchSeenAt > 0)
  return page.evaluate(() => window.benchSeenAt - window.benchKeyAt)
}

/** The processes of our browser in which pages run. */
const renderers = (): number[] =>
  processTree(process.pid).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')
    } catch {
      // It ended meanwhile.
      return false
    }
  })
