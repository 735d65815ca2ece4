import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { CHUNK_GROUPS, IDE_ENTRIES } from './scripts/client-chunks.ts'
import { precompress } from './scripts/precompress.ts'
import { preloadCode } from './scripts/preload-code.ts'

const server = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`

export default defineConfig({
  root: 'client',
  plugins: [react(), tailwindcss(), preloadCode(IDE_ENTRIES), precompress()],
  resolve: { dedupe: ['yjs', 'react', 'react-dom'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // light-dark() stays as it is written, so that Monaco and charts can read the tokens.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    target: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    // Every browser of the target knows it.
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: CHUNK_GROUPS } } },
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
