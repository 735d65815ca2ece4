import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type Browser, type BrowserContext, chromium } from '@playwright/test'

const LAUNCH = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

/** The browser of this machine, without what it does by itself. */
export const launchBrowser = (): Promise<Browser> => chromium.launch(LAUNCH)

export interface Profile {
  readonly context: BrowserContext
  readonly close: () => Promise<void>
}

/** The same with a profile on disk, as a person's browser has: between visits it keeps what it compiled. */
export async function launchProfile(): Promise<Profile> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pairloom-profile-'))
  const context = await chromium.launchPersistentContext(folder, LAUNCH)
  return {
    context,
    close: async () => {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
