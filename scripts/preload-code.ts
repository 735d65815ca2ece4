import type { Plugin, Rolldown } from 'vite'

/** What Vite puts around every dynamic import. */
export const PRELOAD_HELPER = /vite\/preload-helper\.js$/
const SCRIPT_REL = /const scriptRel = .*?;(?=const assetsURL)/s
/** The page that answers on the addresses of the IDE. */
export const IDE_PAGE = 'ide.html'

/**
 * Fetches modules by `rel="preload"`: Chromium keeps what it compiled of them between visits, but does not look for it
 * where an import or `rel="modulepreload"` asks (docs/decisions/0031). Besides index.html there is the same page with
 * the code of `entries` on its way from the first line on.
 */
export function preloadCode(entries: readonly string[]): Plugin {
  return {
    name: 'preload-code',
    apply: 'build',
    transform: {
      filter: { id: PRELOAD_HELPER },
      order: 'post',
      handler(code) {
        if (!SCRIPT_REL.test(code)) this.error('how Vite preloads is not written as it was: see docs/decisions/0031')
        return { code: code.replace(SCRIPT_REL, `const scriptRel = 'preload';`), map: null }
      },
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const index = bundle['index.html']
        if (index?.type !== 'asset') return this.error('there is no index.html in the bundle')
        const page = preloaded(String(index.source))
        index.source = page
        const links = linksTo(filesOf(bundle, entries).filter((file) => !page.includes(file)))
        this.emitFile({ type: 'asset', fileName: IDE_PAGE, source: page.replace('  </head>', `${links}\n  </head>`) })
      },
    },
  }
}

/** The page with its own scripts asked for in that way too, before the lines that run them. */
function preloaded(page: string): string {
  const links = linksTo([...page.matchAll(/<script type="module"[^>]* src="\/([^"]+)"/g)].map(([, file = '']) => file))
  return page
    .replaceAll('rel="modulepreload"', 'rel="preload" as="script"')
    .replace(/^ *<script type="module"/m, (script) => `${links}\n${script}`)
}

/** The scripts and styles that these modules need before they run. */
function filesOf(bundle: Rolldown.OutputBundle, entries: readonly string[]): readonly string[] {
  const files = new Set<string>()
  const add = (name: string): void => {
    const chunk = bundle[name]
    if (files.has(name) || chunk?.type !== 'chunk') return
    files.add(name)
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style)
    for (const next of chunk.imports) add(next)
  }
  for (const entry of entries) {
    const chunk = Object.values(bundle).find((one) => one.type === 'chunk' && one.facadeModuleId?.endsWith(entry))
    if (chunk === undefined) throw new Error(`no chunk begins with ${entry}`)
    add(chunk.fileName)
  }
  return [...files]
}

const linksTo = (files: readonly string[]): string =>
  files
    .map((file) => {
      const as = file.endsWith('.css') ? 'style' : 'script'
      return `    <link rel="preload" as="${as}" crossorigin href="/${file}">`
    })
    .join('\n')
