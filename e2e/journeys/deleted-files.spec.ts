import { rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk, workspaceFolder } from '../support/world.ts'

const site = useProduct()

test('a file deleted in the tree, and one a program removed, are found, looked at and brought back with their history', async ({
  browser,
}) => {
  const workspaceId = await makeWorkspace(site.admin, 'Deleted')
  for (const name of ['plan.md', 'src/tool.ts', 'other.txt']) await putFile(site.admin, workspaceId, name, `${name}\n`)
  const jun = await joinByInvite(site.admin, workspaceId, 'editor', 'Jun')
  const viewer = await joinByInvite(site.admin, workspaceId, 'viewer', 'Noor')
  await jun.api.files.open.mutate({ workspaceId, path: 'src/tool.ts' })
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  await mina.open(workspaceId, 'plan.md')
  await mina.placeCaret('plan.md', 1, 1)
  await page.keyboard.type('the ')
  await mina.expectStatus('Saved, on disk')
  await jun.api.files.delete.mutate({ workspaceId, path: 'plan.md' })
  await page.getByRole('tab', { name: 'plan.md' }).focus()
  await page.keyboard.press('Delete')
  await rm(path.join(workspaceFolder(site.product, workspaceId), 'src'), { recursive: true })

  await page.keyboard.press('F1')
  await page.keyboard.type('deleted files')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('region', { name: 'Deleted files' })
  const rows = panel.locator('[data-deleted]')
  await expect(rows).toHaveCount(2)
  const row = (file: string) => panel.locator(`[data-deleted="${file}"]`)
  await expect(row('plan.md')).toContainText(/Deleted just now by Jun/)
  await expect(row('src/tool.ts')).toContainText(/Deleted just now on the disk/)
  await page.screenshot({ path: test.info().outputPath('deleted-files.png') })

  await panel.getByRole('button', { name: 'Look at plan.md' }).click()
  const dialog = page.getByRole('dialog', { name: 'plan.md' })
  await expect(dialog.getByRole('textbox', { name: 'Last text of plan.md' })).toHaveValue('the plan.md\n')
  await page.screenshot({ path: test.info().outputPath('deleted-text.png') })
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(rows).toHaveCount(1)
  expect(await readOnDisk(site.product, workspaceId, 'plan.md')).toBe('the plan.md\n')
  await page.getByRole('status').filter({ hasText: 'plan.md is back.' }).getByRole('button', { name: 'Open' }).click()
  await mina.expectText('plan.md', 'the plan.md\n')
  await panel.getByRole('button', { name: 'Restore tool.ts' }).click()
  await expect(panel.getByText('No deleted file is kept.')).toBeVisible()
  expect(await readOnDisk(site.product, workspaceId, 'src/tool.ts')).toBe('src/tool.ts\n')

  await panel.getByRole('button', { name: 'History of the open file' }).click()
  await expect(page.getByRole('region', { name: 'History' }).locator('[data-entry]')).toHaveCount(2)

  const noor = await openBrowser(browser, viewer)
  await noor.open(workspaceId, 'other.txt')
  await noor.page.getByRole('button', { name: 'History', exact: true }).click()
  await expect(noor.page.getByRole('region', { name: 'History' })).toBeVisible()
  await expect(noor.page.getByRole('button', { name: 'Deleted files' })).toHaveCount(0)
  await noor.close()
  await mina.close()
})
