import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { precompress } from './scripts/precompress.ts'

const server = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`

const COMPRESSIBLE = /\.(?:js|css|html|svg)$/
const MIN_BYTES = 1024
/** 11 would take a minute for Monaco and save 3 % more. */
const BROTLI_QUALITY = 9

/** Writes `.br` and `.gz` beside what the server sends as text, so that it compresses nothing while it runs. */
const precompress = (): Plugin => ({
  name: 'precompress',
  apply: 'build',
  async writeBundle({ dir = '' }) {
    for (const name of await readdir(dir, { recursive: true })) {
      if (!COMPRESSIBLE.test(name)) continue
      const file = path.join(dir, name)
      const bytes = await readFile(file)
      if (bytes.length < MIN_BYTES) continue
      const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY }
      await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params }))
      await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
    }
  },
})

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
              test: /node_modules\/(react|react-dom|scheduler|react-i18next|i18next|use-sync-external-store|@trpc|@tanstack\/(history|query-core|react-query|react-router|react-store|router-core|store))\//,
            },
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
