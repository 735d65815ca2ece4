import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { expectAllOnce, mustRun } from '../support/disk.ts'
import { openPair, whileTyping } from '../support/pair.ts'
import { useProduct } from '../support/use-product.ts'

const site = useProduct()
const FILES = 200
const PRETTIER = fileURLToPath(new URL('bin/prettier.cjs', import.meta.resolve('prettier')))
/** Two people type in the comments of lines 4 and 8. */
const OPEN_TEXT = `const   first = {a:1}\n\n\n// mina: \n\nlet  middle = 'm'\n\n// jun: \n\n\nfunction   last( ) { return 'l' }\n`
const OTHER_TEXT = `export const   other = {a:1,b:[ 1,2 ]}\n`
const FORMATTED = 'export const other = { a: 1, b: [1, 2] };\n'

test('[K5] Prettier formats 200 files while two people type in one of them', async ({ browser }) => {
  const pair = await openPair(browser, site, 'open.ts', async (folder) => {
    await writeFile(path.join(folder, 'open.ts'), OPEN_TEXT)
    await Promise.all(
      Array.from({ length: FILES - 1 }, (_, i) => writeFile(path.join(folder, `other-${i}.ts`), OTHER_TEXT)),
    )
  })
  const tokens = await whileTyping(pair, 'open.ts', async () => {
    await mustRun(pair.folder, process.execPath, PRETTIER, '--write', '--log-level', 'warn', '.')
    for (const { page } of [pair.mina, pair.jun])
      await expect(page.getByRole('treeitem', { name: 'other-0.ts, changed on disk' })).toBeVisible()
  })
  const text = await expectAllOnce(pair.folder, 'open.ts', pair.people, [
    ...tokens,
    'const first = { a: 1 };\n',
    'let middle = "m";\n',
    'function last() {\n  return "l";\n}\n',
    // The blank at the end of a comment goes where Prettier came before the words.
    '// mina:',
    '// jun:',
  ])
  expect(text.split('\n')).toHaveLength(12)
  // In the lines where they typed, and in no other.
  const lines = text.split('\n')
  const typed = (name: string) => tokens.filter((token) => token.startsWith(name)).join('')
  expect(lines.filter((line) => line.startsWith('//')).map((line) => line.replace(': ', ':'))).toEqual([
    `// mina:${typed('m')}`,
    `// jun:${typed('j')}`,
  ])
  const others = (await readdir(pair.folder)).filter((name) => name.startsWith('other-'))
  const texts = await Promise.all(others.map((name) => readFile(path.join(pair.folder, name), 'utf8')))
  expect([texts.length, new Set(texts)]).toEqual([FILES - 1, new Set([FORMATTED])])
  await pair.close()
})
