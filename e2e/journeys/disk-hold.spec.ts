import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { openPair, type Pair } from '../support/pair.ts'
import { until } from '../support/until.ts'
import { useProduct } from '../support/use-product.ts'

const site = useProduct()
const OTHERS = ['a.txt', 'b.txt', 'c.txt', 'd.txt']

const pages = ({ mina, jun }: Pair) => [mina.page, jun.page]

async function killAgent(folder: string): Promise<void> {
  process.kill(Number(await readFile(path.join(folder, '../runtime/agent.pid'), 'utf8')), 'SIGKILL')
}

async function moveOthers(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of OTHERS) await rename(path.join(from, name), path.join(to, name))
}

test('[K7] where most files are missing at the start, people are asked, and nothing is merged until they decide', async ({
  browser,
}, info) => {
  const pair = await openPair(browser, site, 'notes.txt', async (folder) => {
    for (const name of OTHERS) await writeFile(path.join(folder, name), `${name}\n`)
  })
  const { mina, jun, folder } = pair
  const aside = path.join(folder, '../aside')
  for (const page of pages(pair)) await expect(page.getByRole('treeitem', { name: 'd.txt' })).toBeVisible()
  await mina.expectStatus('Saved, on disk')
  const before = await readFile(path.join(folder, 'notes.txt'), 'utf8')

  await moveOthers(folder, aside)
  await killAgent(folder)
  for (const page of pages(pair))
    await expect(page.getByRole('alert').getByText('4 of 5 known files are missing on the disk.')).toBeVisible({
      timeout: 20_000,
    })
  await mina.placeCaret('notes.txt', 4, 10_000)
  await mina.page.keyboard.type('typed meanwhile;')
  await mina.expectStatus(/^Saved, not on disk: Many known files are missing/)
  await expect.poll(() => jun.text('notes.txt')).toContain('typed meanwhile;')
  expect(await readFile(path.join(folder, 'notes.txt'), 'utf8')).toBe(before)
  await jun.page.screenshot({ path: info.outputPath('hold.png') })

  await jun.page.getByRole('button', { name: 'Look again' }).click()
  await expect(jun.page.getByText('Nothing has changed on the disk.')).toBeAttached()
  await moveOthers(aside, folder)
  await jun.page.getByRole('button', { name: 'Look again' }).click()
  for (const page of pages(pair)) await expect(page.getByTestId('files-hold')).toBeHidden()
  await mina.expectStatus('Saved, on disk')
  await until('it is on the disk', async () =>
    (await readFile(path.join(folder, 'notes.txt'), 'utf8')).includes('typed meanwhile;'),
  )

  // The other way: somebody takes what is there.
  await moveOthers(folder, aside)
  await killAgent(folder)
  const accept = mina.page.getByRole('button', { name: 'Go on with what is there' })
  await accept.click({ timeout: 20_000 })
  for (const page of pages(pair)) await expect(page.getByTestId('files-hold')).toBeHidden()
  for (const page of pages(pair)) await expect(page.getByRole('treeitem', { name: 'd.txt' })).toBeHidden()
  await mina.expectStatus('Saved, on disk')
  await pair.close()
})
