import { type Browser, chromium } from '@playwright/test'

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
