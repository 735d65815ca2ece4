import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { mustRun, startRepository } from '../support/disk.ts'
import { type Ide, openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk, workspaceFolder } from '../support/world.ts'

const site = useProduct()
const FILE = 'limits.ts'
const TEXT = 'export const name = "limits"\n\nexport const limit = 10\n\nexport const last = true\n'
let names = 0

async function openTogether(browser: Browser) {
  const workspaceId = await makeWorkspace(site.admin, 'Conflicts')
  await putFile(site.admin, workspaceId, FILE, TEXT)
  const folder = workspaceFolder(site.product, workspaceId)
  names += 1
  const jun = await joinByInvite(site.admin, workspaceId, 'editor', `Jun${names}`)
  const vera = await joinByInvite(site.admin, workspaceId, 'viewer', `Vera${names}`)
  const ides: Ide[] = []
  for (const session of [site.admin, jun, vera]) {
    const ide = await openBrowser(browser, session)
    await ide.open(workspaceId, FILE)
    ides.push(ide)
  }
  const [mina, second, viewer] = ides as [Ide, Ide, Ide]
  const disk = () => readOnDisk(site.product, workspaceId, FILE)
  return { workspaceId, folder, mina, jun: second, vera: viewer, ides, disk }
}

const bar = (page: Page) => page.getByTestId('conflict-bar')

/** As while git works: what is typed waits, so that a program still reads the file as it was. */
async function whileHeld(folder: string, act: () => Promise<void>): Promise<void> {
  const lock = path.join(folder, '.git/index.lock')
  await mkdir(path.dirname(lock), { recursive: true })
  await writeFile(lock, '')
  await act()
  await rm(lock)
}

async function replaceLimit(ide: Ide): Promise<void> {
  await ide.placeCaret(FILE, 3, 22)
  await ide.page.keyboard.press('Delete')
  await ide.page.keyboard.press('Delete')
  await ide.page.keyboard.type('20')
  await ide.expectStatus(/^Saved/)
}

/** One person writes 20 for 10 where a program writes 30. */
async function collide({ folder, mina, ides }: Awaited<ReturnType<typeof openTogether>>): Promise<string> {
  await whileHeld(folder, async () => {
    await replaceLimit(mina)
    await mustRun(folder, 'sed', '-i', 's/limit = 10/limit = 30/', FILE)
    for (const { page } of ides) await expect(bar(page)).toBeVisible({ timeout: 15_000 })
  })
  const text = await mina.text(FILE)
  expect(text).toMatch(/limit = (2030|3020)\n/)
  return text
}

test('sed and a person change one word at once: both stay, one of them chooses, and it is over for everybody', async ({
  browser,
}) => {
  const together = await openTogether(browser)
  const { mina, jun, vera, ides, disk } = together
  const joined = await collide(together)
  await expect.poll(disk).toBe(joined)

  await test.step('tab and tree say so, and a reload keeps it', async () => {
    await expect(jun.page.getByRole('tab', { name: /changed here and on disk at once/ })).toBeVisible()
    await expect(jun.page.getByRole('treeitem', { name: /changed here and on disk at once/ })).toBeVisible()
    await jun.page.reload()
    await expect(bar(jun.page)).toBeVisible({ timeout: 20_000 })
  })

  const list = jun.page.getByRole('region', { name: 'Changed here and on disk' })
  await test.step('the list of the workspace has it, also where its file is not open, and leads there', async () => {
    await jun.page.getByRole('tab', { name: /limits\.ts/ }).focus()
    await jun.page.keyboard.press('Delete')
    await expect(jun.editor(FILE)).toHaveCount(0)
    await jun.page.getByRole('button', { name: 'Changed here and on disk, 1 place to choose' }).click()
    await expect(list.getByRole('heading', { level: 3 })).toHaveText('limits.ts1 place')
    await jun.page.screenshot({ path: test.info().outputPath('conflict-list.png') })
    await list.getByRole('button', { name: /^Line 3/ }).click()
    await expect(jun.editor(FILE)).toBeFocused({ timeout: 20_000 })
    await expect(jun.page.getByText(/^Ln 3, Col/)).toBeVisible()
  })

  await test.step('a viewer compares, and is told why there is nothing to choose', async () => {
    await bar(vera.page).getByRole('button', { name: 'Compare' }).click()
    const dialog = vera.page.getByRole('dialog', { name: 'Which text is to stay?' })
    await expect(dialog.getByText('which takes the role Editor')).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Use this text' })).toHaveCount(0)
    await vera.page.keyboard.press('Escape')
  })

  await test.step('by keyboard alone the disk’s text is chosen', async () => {
    await mina.placeCaret(FILE, 1, 1)
    await mina.page.keyboard.press('Control+Alt+KeyM')
    const dialog = mina.page.getByRole('dialog', { name: 'Which text is to stay?' })
    const result = dialog.getByRole('textbox', { name: 'What is to stand there' })
    await expect(result).toHaveValue('export const limit = 20\n')
    await dialog.getByRole('radio', { name: 'The text written here' }).focus()
    await mina.page.keyboard.press('ArrowRight')
    await expect(result).toHaveValue('export const limit = 30\n')
    await mina.page.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
  })

  const chosen = TEXT.replace('10', '30')
  for (const { page } of ides) await expect(bar(page)).toBeHidden()
  for (const ide of ides) await ide.expectText(FILE, chosen)
  await expect.poll(disk).toBe(chosen)
  await expect(jun.page.getByRole('tab', { name: /changed here and on disk/ })).toHaveCount(0)

  await expect(list.getByText('There is nothing to choose')).toBeVisible()

  await test.step('Ctrl-Z takes the choice back, and there is a choice again', async () => {
    await mina.editor(FILE).focus()
    await mina.page.keyboard.press('Control+KeyZ')
    await mina.expectText(FILE, joined)
    for (const { page } of ides) await expect(bar(page)).toBeVisible()
    await expect.poll(disk).toBe(joined)
  })

  await test.step('another keeps both lines, with what was typed there since', async () => {
    await jun.placeCaret(FILE, 3, 26)
    await jun.page.keyboard.type(' // a')
    await expect.poll(() => jun.text(FILE)).toContain('// a')
    await bar(jun.page).getByRole('button', { name: 'Compare and choose' }).click()
    const dialog = jun.page.getByRole('dialog', { name: 'Which text is to stay?' })
    await dialog.getByRole('radio', { name: 'Both, one under the other' }).click()
    await dialog.getByRole('button', { name: 'Use this text' }).click()
    await expect(dialog).toBeHidden()
  })
  const both = TEXT.replace('limit = 10\n', 'limit = 20 // a\nexport const limit = 30\n')
  for (const ide of ides) await ide.expectText(FILE, both)
  for (const { page } of ides) await expect(bar(page)).toBeHidden()
  await expect.poll(disk).toBe(both)
  for (const ide of ides) await ide.close()
})

test('git pull of a line that somebody has changed asks them, and it goes away where they edit it away', async ({
  browser,
}) => {
  const together = await openTogether(browser)
  const { folder, mina, jun, ides, disk } = together
  await startRepository(folder)
  const other = path.join(folder, '../clone')
  await mustRun(folder, 'git', 'clone', '-q', '.', other)
  await mustRun(other, 'sed', '-i', 's/limit = 10/limit = 40/', FILE)
  await mustRun(other, 'git', '-c', 'user.name=o', '-c', 'user.email=o@example.org', 'commit', '-qam', 'Raise it')
  // Git with an index of its own is not in the way of the lock that holds back what is typed.
  await copyFile(path.join(folder, '.git/index'), path.join(folder, '.git/index-of-pull'))
  await whileHeld(folder, async () => {
    await replaceLimit(mina)
    await mustRun(folder, 'env', 'GIT_INDEX_FILE=.git/index-of-pull', 'git', 'pull', '-q', '--ff-only', other, 'HEAD')
    for (const { page } of ides) await expect(bar(page)).toBeVisible({ timeout: 15_000 })
  })
  await expect(jun.page.locator('.disk-conflict').first()).toBeVisible()
  await jun.placeCaret(FILE, 3, 22)
  await jun.page.keyboard.press('Shift+End')
  await jun.page.keyboard.type('50')
  for (const { page } of ides) await expect(bar(page)).toBeHidden()
  const wanted = TEXT.replace('10', '50')
  for (const ide of ides) await ide.expectText(FILE, wanted)
  await expect.poll(disk).toBe(wanted)
  for (const ide of ides) await ide.close()
})
