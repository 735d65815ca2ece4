import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { makeZip } from '#server/files/import/archives.fixture.ts'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
/** What the server keeps of imports and workspaces, by name. */
const kept = (): string[] =>
  ['imports', 'workspaces'].flatMap((folder) => {
    const full = path.join(site.product.dataDir, folder)
    return existsSync(full) ? readdirSync(full).map((name) => `${folder}/${name}`) : []
  })

test('an import tells how far it is, is cancelled without a trace, and runs to its end at the next try', async ({
  browser,
}) => {
  const files = Array.from({ length: 6000 }, (_, i) => ({
    name: `project/${i % 50}/file-${i}.txt`,
    content: Buffer.from(`file ${i}\n`),
  }))
  const archive = await makeZip(files)
  const before = kept()
  const ada = await openBrowser(browser, site.admin)
  const { page } = ada
  await page.goto(site.product.url)
  await page.getByRole('button', { name: 'New workspace' }).click()
  await page.getByRole('radio', { name: /^Archive/ }).click()
  await page
    .getByLabel('Archive to upload')
    .setInputFiles({ name: 'big.zip', mimeType: 'application/zip', buffer: archive })
  await page.getByRole('button', { name: 'Create workspace' }).dblclick()
  const dialog = page.getByRole('dialog', { name: 'Importing big' })
  await expect(dialog.getByRole('status')).toHaveText(/^Unpacking: [\d,]+ files? so far$/)
  // One way out while it runs, and it says what it does.
  await expect(dialog.getByRole('button')).toHaveText(['Cancel import'])
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Cancel import' }).click()
  await expect(dialog.getByText('Import cancelled. Nothing was kept.')).toBeVisible()
  await expect.poll(kept).toEqual(before)
  expect(await site.admin.api.workspaces.list.query()).toEqual([])

  await dialog.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Create workspace' }).click()
  await expect(dialog.getByText(/^6,?000 files imported$/)).toBeVisible({ timeout: 40_000 })
  await dialog.getByRole('button', { name: 'Open workspace' }).click()
  await expect(page.getByRole('treeitem', { name: 'project' })).toBeVisible({ timeout: 20_000 })
  const id = /\/w\/([^/]+)/.exec(page.url())?.[1] ?? ''
  expect(await readOnDisk(site.product, id, 'project/49/file-5999.txt')).toBe('file 5999\n')
  await ada.close()
})

test('a workspace is renamed, deleted under a colleague who is named before, and brought back by Undo', async ({
  browser,
}) => {
  const workspaceId = await makeWorkspace(site.admin, 'Harbour')
  await putFile(site.admin, workspaceId, 'notes.txt', 'kept\n')
  const bora = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'editor', 'Bora'))
  await bora.open(workspaceId, 'notes.txt')
  const ada = await openBrowser(browser, site.admin)
  const { page } = ada
  await page.goto(site.product.url)
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) })
  await expect(row('Harbour').getByRole('img', { name: 'Bora' })).toBeVisible()

  await page.getByRole('button', { name: 'Actions for Harbour' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.keyboard.type('Lighthouse')
  await page.keyboard.press('Enter')
  await expect(row('Lighthouse')).toBeVisible()

  await page.getByRole('button', { name: 'Actions for Lighthouse' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const asked = page.getByRole('alertdialog')
  await expect(asked.getByText('Inside now: Bora.')).toBeVisible()
  await asked.getByRole('button', { name: 'Delete workspace' }).dblclick()
  await expect(row('Lighthouse')).toHaveCount(0)
  await expect(bora.page.getByText('This workspace was deleted.').first()).toBeVisible()

  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row('Lighthouse')).toBeVisible()
  await bora.open(workspaceId, 'notes.txt')
  await bora.placeCaret('notes.txt', 1, 1)
  await bora.page.keyboard.type('back and ')
  await bora.expectStatus('Saved, on disk')
  expect(await readOnDisk(site.product, workspaceId, 'notes.txt')).toBe('back and kept\n')
  await ada.close()
  await bora.close()
})
