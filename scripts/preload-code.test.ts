import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { build, type Rolldown } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { IDE_PAGE, preloadCode } from './preload-code.ts'

let root: string
let scripts: string

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'preload-code-'))
  const sources = {
    'index.html': '<html>\n  <head>\n  </head>\n  <body><script type="module" src="/main.ts"></script></body>\n</html>',
    'main.ts': `void import('./ide.ts').then((ide) => ide.start()); void import('./list.ts')`,
    'list.ts': `import { shared } from './shared.ts'; console.log('list', shared)`,
    'shared.ts': `export const shared = Math.random()`,
    'ide.ts': `import './ide.css'; import { shared } from './shared.ts'
      export const start = () => (console.log('ide', shared), import('./lazy.ts'))`,
    'lazy.ts': `console.log('lazy')`,
    'ide.css': `b { color: red }`,
  }
  await mkdir(path.join(root, 'dist'))
  for (const [name, text] of Object.entries(sources)) await writeFile(path.join(root, name), text)
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { modulePreload: { polyfill: false } },
    plugins: [preloadCode(['ide.ts'])],
  })) as Rolldown.RolldownOutput
  scripts = built.output.map((one) => (one.type === 'chunk' ? one.code : '')).join('\n')
})
afterAll(() => rm(root, { recursive: true }))

const preloads = async (page: string): Promise<string[]> => {
  const html = await readFile(path.join(root, 'dist', page), 'utf8')
  return [...html.matchAll(/rel="preload" as="(\w+)" crossorigin href="\/assets\/(\w+)-/g)].map(
    ([, as, name]) => `${as} ${name}`,
  )
}

it('has the code of the IDE fetched on its own page, and neither its lazy parts nor other pages', async () => {
  expect((await preloads(IDE_PAGE)).toSorted()).toEqual(['script ide', 'script index', 'script shared', 'style ide'])
})

it('leaves the page of all other addresses without it', async () => {
  expect(await preloads('index.html')).toEqual(['script index'])
})

it('asks in the way in which compiled code is found again', () => {
  expect(scripts).toContain('preload')
  expect(scripts).not.toContain('modulepreload')
})
