import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['{server,agent,shared,prisma,scripts}/**/*.test.ts'],
          globalSetup: ['server/platform/testing/global-setup.ts'],
          // On a loaded machine of two cores a first import or a start of PostgreSQL takes seconds.
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [react()],
        // Two copies of Yjs in one page do not recognise each other's types.
        resolve: { dedupe: ['yjs'] },
        test: {
          name: 'client',
          environment: 'jsdom',
          include: ['client/**/*.test.{ts,tsx}'],
          testTimeout: 20_000,
        },
      },
    ],
  },
})
