import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { chromium, expect, type Page, test } from '@playwright/test'
import { openBrowser, openIn } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { makeWorkspace, putFile } from '../support/world.ts'

const site = useProduct()
const FILE = 'a.ts'
const OF_THE_IDE = /\/(monaco|editor\.api|yjs|ide-page)-/

test('what the browser compiled at an earlier visit is not compiled again', async ({ launchOptions }) => {
  const workspaceId = await makeWorkspace(site.admin, 'Compiled')
  await putFile(site.admin, workspaceId, FILE, 'const a = 1\n')
  const profile = await mkdtemp(path.join(os.tmpdir(), 'pairloom-profile-'))
  const ide = await openIn(await chromium.launchPersistentContext(profile, launchOptions), site.admin)
  const visit = async (): Promise<string[]> => {
    const end = await traceCompiling(ide.page)
    await ide.open(workspaceId, FILE)
    const kept = await end()
    await ide.page.goto('about:blank')
    return kept
  }
  try {
    // Chromium keeps it from the second visit on, and writes it when it finds the time.
    const names = ['vendor', 'base', 'ui', 'live', 'ide-page', 'monaco', 'editor.api', 'yjs']
    await expect.poll(visit, { timeout: 50_000 }).toEqual(expect.arrayContaining(names))
  } finally {
    await ide.close()
    await rm(profile, { recursive: true, force: true })
  }
})

test('no script is fetched twice, and none of the IDE on other pages', async ({ browser }) => {
  const workspaceId = await makeWorkspace(site.admin, 'Fetched')
  await putFile(site.admin, workspaceId, FILE, 'const a = 1\n')
  const guest = await openBrowser(browser, null)
  const ada = await openBrowser(browser, site.admin)
  const scripts: string[] = []
  for (const page of [guest.page, ada.page]) {
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.url())
    })
  }
  await guest.page.goto(`${site.product.url}/login`)
  await expect(guest.page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  const ofSigningIn = /\/(index|rolldown-runtime|vendor|base|login-page)-|\/theme\.js$/
  expect(scripts.filter((url) => !ofSigningIn.test(url))).toEqual([])
  await ada.page.goto(site.product.url)
  await expect(ada.page.getByRole('link', { name: /Fetched/ })).toBeVisible()
  expect(scripts.filter((url) => OF_THE_IDE.test(url))).toEqual([])

  scripts.length = 0
  await ada.open(workspaceId, FILE)
  expect(scripts.filter((url) => OF_THE_IDE.test(url)).length).toBeGreaterThanOrEqual(4)
  expect(scripts.toSorted()).toEqual([...new Set(scripts)].toSorted())
  await guest.close()
  await ada.close()
})

interface TraceEvent {
  readonly name: string
  readonly args: { readonly data?: { readonly url?: string; readonly consumedCacheSize?: number } }
}

/** Begins to watch; the function ends it and names the scripts whose compiled code was there already. */
async function traceCompiling(page: Page): Promise<() => Promise<string[]>> {
  const cdp = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  const traceConfig = { includedCategories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.compile'] }
  await cdp.send('Tracing.start', { traceConfig, transferMode: 'ReportEvents' })
  return async () => {
    const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve))
    await cdp.send('Tracing.end')
    await complete
    await cdp.detach()
    return events.flatMap(({ name, args: { data } }) => {
      const file = /\/assets\/(.+)-[\w-]{8}\.js$/.exec(data?.url ?? '')?.[1]
      return name === 'v8.compileModule' && file !== undefined && data?.consumedCacheSize !== undefined ? [file] : []
    })
  }
}
