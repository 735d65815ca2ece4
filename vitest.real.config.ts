import { defineConfig } from 'vitest/config'

/** Suites on real services that `npm test` does without; a missing one fails with the command that installs it. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['server/**/*.real.ts', 'agent/**/*.real.ts'],
    globalSetup: ['server/platform/testing/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
