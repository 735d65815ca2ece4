import { defineConfig } from '@playwright/test'

const CI_CHROMIUM = '/usr/bin/chromium'

/**
 * The journeys: one real product per file, one worker, so that two cores are enough and order never matters. The
 * binding of editor and text is tested in the same browser, on a page of its own.
 */
export default defineConfig({
  testDir: '.',
  testMatch: ['**/journeys/*.spec.ts', '**/binding/*.spec.ts'],
  outputDir: '../test-results',
  workers: 1,
  retries: 0,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  globalSetup: './support/global-setup.ts',
  use: {
    browserName: 'chromium',
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? CI_CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
