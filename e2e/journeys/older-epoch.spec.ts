import { expect, test } from '@playwright/test'
import { withDatabase } from '../support/database.ts'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { makeWorkspace, putFile } from '../support/world.ts'

const site = useProduct()
const FILE = 'notes.txt'

test('[A7] edits made offline before a restore are kept as a copy to see, download and apply again', async ({
  browser,
}) => {
  const { admin, product } = site
  const workspaceId = await makeWorkspace(admin, 'Restored')
  await putFile(admin, workspaceId, FILE, 'first\nkept\nlast\n')
  const ide = await openBrowser(browser, admin)
  await ide.open(workspaceId, FILE)
  await product.kill('SIGKILL')
  await ide.expectStatus(/^Offline/)
  await ide.placeCaret(FILE, 2, 5)
  await ide.page.keyboard.type(' and mine')
  // Every letter of it: what a page has not yet written when it goes may be lost, and is not called kept.
  await ide.expectStatus(`Offline: ${' and mine'.length} edits kept in this browser`)
  await ide.page.goto('about:blank')

  await product.restart()
  await withDatabase(product, (client) =>
    client.query('update document set epoch = epoch + 1 where workspace_id = $1 and path = $2', [workspaceId, FILE]),
  )
  await ide.open(workspaceId, FILE)
  await ide.expectText(FILE, 'first\nkept\nlast\n')
  await ide.page.getByRole('status').filter({ hasText: '1 recovered copy' }).getByRole('button').click()
  const dialog = ide.page.getByRole('dialog', { name: 'Recovered copies' })
  await expect(dialog).toContainText('+ kept and mine')
  const downloading = ide.page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).click()
  expect((await downloading).suggestedFilename()).toBe(FILE)
  await dialog.getByRole('button', { name: 'Apply again' }).click()
  await ide.expectText(FILE, 'first\nkept and mine\nlast\n')
  await expect(dialog).toContainText('There are no recovered copies.')
  const stores = await ide.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))
  expect(stores.filter((name) => name?.endsWith('/1'))).toEqual([])
  await ide.close()
})
