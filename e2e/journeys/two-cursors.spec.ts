import { expect, test } from '@playwright/test'
import { personNamed } from '../support/api.ts'
import { openBrowser } from '../support/ide.ts'
import { makeProjectArchive } from '../support/project.ts'
import { until } from '../support/until.ts'
import { useProduct } from '../support/use-product.ts'
import { readOnDisk } from '../support/world.ts'

const site = useProduct({ isEmpty: true })

test('two people set up, import a project, meet in one line, and each undoes only their own', async ({ browser }) => {
  const archive = await makeProjectArchive()
  expect(archive.files).toBeGreaterThan(1000)
  const mina = await openBrowser(browser, null)
  const { page } = mina
  const { url } = site.product

  await test.step('the first visitor becomes the admin', async () => {
    await page.goto(url)
    await expect(page).toHaveURL(`${url}/setup`)
    const { name, email, password } = personNamed('Mina')
    await page.getByLabel('Your name').fill(name)
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Create admin account' }).click()
    await expect(page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
  })

  await test.step('an archive of a real project becomes a workspace', async () => {
    await page.getByRole('button', { name: 'New workspace' }).click()
    await page.getByRole('radio', { name: /^Archive/ }).click()
    await page
      .getByLabel('Archive to upload')
      .setInputFiles({ name: 'project.zip', mimeType: 'application/zip', buffer: archive.bytes })
    await page.getByRole('button', { name: 'Create workspace' }).click()
    await expect(page.getByText(`${archive.files.toLocaleString('en')} files imported`)).toBeVisible({
      timeout: 30_000,
    })
    await page.getByRole('button', { name: 'Open workspace' }).click()
    await expect(page.getByRole('treeitem', { name: 'README.md' })).toBeVisible({ timeout: 20_000 })
  })
  const workspaceId = /\/w\/([^/]+)/.exec(page.url())?.[1] ?? ''

  const invite = await test.step('an editor is invited by a link that works once', async () => {
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('button', { name: 'Create invite link' }).click()
    const link = await page.getByLabel('Invite link, works once').inputValue()
    await page.keyboard.press('Escape')
    return link
  })

  const jun = await openBrowser(browser, null)
  await test.step('the second person joins with it', async () => {
    await jun.page.goto(invite)
    await expect(jun.page.getByRole('heading', { name: /^Join / })).toBeVisible()
    await jun.page.getByRole('link', { name: 'Create an account' }).click()
    const { name, email, password } = personNamed('Jun')
    await jun.page.getByLabel('Your name').fill(name)
    await jun.page.getByLabel('E-mail').fill(email)
    await jun.page.getByRole('textbox', { name: 'Password' }).fill(password)
    await jun.page.getByRole('button', { name: 'Create account' }).click()
    const join = jun.page.getByRole('button', { name: 'Join workspace' })
    await expect(join.or(jun.page.getByRole('treeitem', { name: 'README.md' }))).toBeVisible()
    if (await join.isVisible()) await join.click()
    await jun.page.getByRole('treeitem', { name: 'README.md' }).click()
    await expect(jun.editor('README.md')).toBeVisible({ timeout: 20_000 })
  })

  await test.step('both type 한글 in one line', async () => {
    await page.getByRole('treeitem', { name: 'README.md' }).click()
    await expect(mina.editor('README.md')).toBeVisible({ timeout: 20_000 })
    await mina.expectText('README.md', archive.readme.text)
    await jun.expectText('README.md', archive.readme.text)
    await mina.placeCaret('README.md', 3, 100)
    await jun.placeCaret('README.md', 3, 1)
    await Promise.all([page.keyboard.type('미나가 씁니다'), jun.page.keyboard.type('준도 씁니다 ')])
    const both = '# Two people\n\n준도 씁니다 One line for both: 미나가 씁니다\n'
    await mina.expectText('README.md', both)
    await jun.expectText('README.md', both)
  })

  await test.step('undo takes back only what I typed', async () => {
    await until('all of it is undone', async () => {
      await page.keyboard.press('Control+z')
      return !(await mina.text('README.md')).includes('미')
    })
    await jun.expectText('README.md', '# Two people\n\n준도 씁니다 One line for both: \n')
  })

  await test.step('what is shown as on disk is on disk', async () => {
    await mina.expectStatus('Saved, on disk')
    expect(await readOnDisk(site.product, workspaceId, 'README.md')).toBe(
      '# Two people\n\n준도 씁니다 One line for both: \n',
    )
  })
  await mina.close()
  await jun.close()
})
