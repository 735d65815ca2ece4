import type { Browser } from '@playwright/test'
import { type Ide, openBrowser, openIn } from '../../e2e/support/ide.ts'
import { prepareProduct, startProduct } from '../../e2e/support/product.ts'
import { joinByInvite, makeWorkspace, putFile, setUpOpen } from '../../e2e/support/world.ts'
import type { Session } from '../../e2e/support/api.ts'
import type { BenchOptions } from '../main.ts'
import type { Figure } from '../report.ts'
import { median, quantile } from '../statistics.ts'
import { connectPlainEditors } from './bare-relay.ts'
import { launchBrowser, launchProfile } from './launch-browser.ts'
import { keyToColleague } from './key-to-colleague.ts'
import { createPlainEditor, keyToPaint } from './key-to-paint.ts'

const FILE = 'long.ts'
const LINES = 5000
const KEYS = 200
const WARM_OPENINGS = 9
/** Chromium keeps compiled code from the second visit on. */
const VISITS_BEFORE = 2

/** What people feel: keys, colleagues, opening. The real product on loopback and two real browsers. */
export async function run(_options: BenchOptions): Promise<Figure[]> {
  await prepareProduct()
  const product = await startProduct()
  const browser = await launchBrowser()
  try {
    const admin = await setUpOpen(product)
    const workspaceId = await makeWorkspace(admin, 'Bench')
    await putFile(admin, workspaceId, FILE, sourceOf(LINES))
    const colleague = await joinByInvite(admin, workspaceId, 'editor', 'Colleague')
    // Without its policy, which would keep a plain editor from a relay of the bench's own.
    const openFree = async (session: Session) => openIn(await browser.newContext({ bypassCSP: true }), session)
    const ours = await openFree(admin)
    await ours.open(workspaceId, FILE)
    const theirs = await openFree(colleague)
    await theirs.open(workspaceId, FILE)
    return [
      ...(await typing(ours, theirs)),
      ...(await openings(browser, admin, workspaceId)),
      ...(await loginPage(browser, product.url)),
    ].map((figure) => ({ suite: 'browser', subject: 'ours', ...figure }))
  } finally {
    await browser.close()
    await product.stop()
  }
}

type Measured = Omit<Figure, 'suite' | 'subject'> & { subject?: string }

async function typing(ours: Ide, theirs: Ide): Promise<Measured[]> {
  await ours.placeCaret(FILE, 2500, 1)
  const arrivals = await keyToColleague({ from: ours.page, to: theirs.page, keys: KEYS })
  await theirs.placeCaret(FILE, 2490, 1)
  /** A colleague types nearby all the while. */
  const meanwhile = async (stop: () => boolean): Promise<void> => {
    while (!stop()) await theirs.page.keyboard.type('y', { delay: 100 })
  }
  const painted = await keyToPaint(ours.page, KEYS, meanwhile)
  await createPlainEditor(ours.page, sourceOf(LINES))
  const plain = await keyToPaint(ours.page, KEYS)
  // The colleague's browser, the server and the database have these cores too, which on a machine of few is felt.
  const plainBeside = await keyToPaint(ours.page, KEYS, meanwhile)
  const disconnect = await connectPlainEditors(ours.page, theirs.page, sourceOf(LINES))
  const relayed = await keyToColleague({ from: ours.page, to: theirs.page, keys: KEYS })
  disconnect()
  const scenario = `typing in a ${LINES}-line file`
  const arriving = (samples: readonly number[], subject?: string): Measured[] =>
    [0.5, 0.99].map((q) => ({
      scenario,
      ...(subject === undefined ? {} : { subject }),
      metric: `key to the colleague’s model p${q * 100}`,
      value: quantile(samples, q),
      unit: 'ms',
    }))
  const painting = (samples: readonly number[], subject?: string): Measured[] =>
    [0.5, 0.95].map((q) => ({
      scenario,
      ...(subject === undefined ? {} : { subject }),
      metric: `key to painted p${q * 100}`,
      value: quantile(samples, q),
      unit: 'ms',
    }))
  return [
    ...painting(painted),
    ...painting(plain, 'Monaco alone, idle'),
    ...painting(plainBeside, 'Monaco alone, colleague types'),
    ...arriving(arrivals),
    ...arriving(relayed, 'Monaco alone, bare relay'),
  ]
}

/** A later visit: the browser has the code, and where it keeps a profile has it compiled; the server the workspace. */
async function openings(browser: Browser, session: Session, workspaceId: string): Promise<Measured[]> {
  const figure = (how: string, samples: readonly number[]): Measured => ({
    scenario: 'opening a warm workspace with a file',
    metric: `editable and saved, median, ${how}`,
    value: median(samples),
    unit: 'ms',
  })
  const profile = await launchProfile()
  try {
    return [
      figure('as every day', await opening(await openIn(profile.context, session), workspaceId)),
      figure('private window', await opening(await openBrowser(browser, session), workspaceId)),
    ]
  } finally {
    await profile.close()
  }
}

async function opening(ide: Ide, workspaceId: string): Promise<number[]> {
  const samples: number[] = []
  await ide.open(workspaceId, FILE)
  const address = ide.page.url()
  for (let i = 0; i < VISITS_BEFORE + WARM_OPENINGS; i++) {
    await ide.page.goto('about:blank')
    await ide.page.goto(address, { waitUntil: 'commit' })
    const at = await ide.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const look = (): void => {
            const hasText = (document.querySelector('.view-line')?.textContent ?? '').length > 0
            const isSaved =
              document.querySelector('[data-testid="save-state"]')?.textContent?.startsWith('Saved') === true
            if (hasText && isSaved) resolve(performance.now())
            else requestAnimationFrame(look)
          }
          look()
        }),
    )
    if (i >= VISITS_BEFORE) samples.push(at)
  }
  await ide.close()
  return samples
}

async function loginPage(browser: Browser, url: string): Promise<Measured[]> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/login`, { waitUntil: 'networkidle' })
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => entry.name.endsWith('.js'))
      .map((entry) => entry.name),
  )
  let total = 0
  for (const script of bytes) {
    const answer = await fetch(script, { headers: { 'accept-encoding': 'gzip' }, method: 'HEAD' })
    total += Number(answer.headers.get('content-length'))
  }
  await context.close()
  return [
    { scenario: 'login page', metric: 'script, gzipped', value: total / 1000, unit: 'kB' },
    { scenario: 'login page', metric: 'script files', value: bytes.length, unit: '' },
  ]
}

const sourceOf = (lines: number): string =>
  Array.from(
    { length: lines },
    (_, i) => `export const value${i} = (input: number): number => input * ${i} + 1 // line ${i}`,
  ).join('\n')
