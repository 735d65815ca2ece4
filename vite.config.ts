import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { precompress } from './scripts/precompress.ts'

/** With the vendors, all that signing in needs: many small files would compress worse and ask more often. */
const BASE = [
  'shared/(errors|ids)',
  'client/platform/(api|api-error|common|i18n|keys|locales/\\w+|query-client|session|storage|theme|use-submit)',
  'client/ui/(button|class-names|form|icon|mark|notice|password-field|spinner|text-field|toast|toaster)',
  'client/auth/(auth-page|locale|login-form|provider-links|validation)',
].join('|')

const server = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`

export default defineConfig({
  root: 'client',
  plugins: [react(), tailwindcss(), precompress()],
  resolve: { dedupe: ['yjs', 'react', 'react-dom'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // light-dark() stays as it is written, so that Monaco and charts can read the tokens.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    target: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    rolldownOptions: {
      output: {
        // What every page needs is one file: fewer requests, better compression.
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              test: /node_modules\/(react|react-dom|scheduler|i18next|use-sync-external-store|@trpc|@tanstack\/(history|query-core|react-query|react-router|react-store|router-core|store))\//,
            },
            { name: 'base', test: new RegExp(`/(${BASE})\\.tsx?$`) },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 4096,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/trpc': server,
      '/api': server,
      '/auth/oauth': server,
      '/socket.io': { target: server, ws: true },
      '/sync': { target: server, ws: true },
    },
  },
})
