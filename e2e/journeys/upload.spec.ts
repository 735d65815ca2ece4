import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, type Page, test, type TestInfo } from '@playwright/test'
import { type Ide, openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { makeWorkspace, putFile, workspaceFolder } from '../support/world.ts'

const site = useProduct()
const notice = (page: Page, text: string | RegExp) => page.getByRole('status').filter({ hasText: text })
/** of which a browser on a slow line has sent a part when somebody looks */
const LARGE = randomBytes(24 << 20)
const SLOW_BYTES_PER_S = 6 << 20

async function openFolder(ide: Ide, name: string) {
  const workspaceId = await makeWorkspace(site.admin, name)
  await putFile(site.admin, workspaceId, 'large.bin', 'there before\n')
  await ide.page.goto(`${site.product.url}/w/${workspaceId}`)
  await expect(ide.page.getByRole('treeitem', { name: 'large.bin' })).toBeVisible({ timeout: 20_000 })
  const folder = workspaceFolder(site.product, workspaceId)
  const parts = () => readdirSync(path.join(folder, '../runtime/uploads'))
  return { folder, parts }
}

async function limitUpload(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  })
}

async function pick(page: Page, button: string, files: string | readonly string[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: button }).click()
  await (await chooser).setFiles(files as string)
}

/** A large and a small file to upload, outside of any workspace. */
async function makeSources(info: TestInfo): Promise<[large: string, small: string]> {
  const [large, small] = [info.outputPath('large.bin'), info.outputPath('small.txt')]
  await writeFile(large, LARGE)
  await writeFile(small, 'small\n')
  return [large, small]
}

test('a large upload is cancelled half-way without a trace, and the next one is there byte for byte', async ({
  browser,
}, info) => {
  const [large, small] = await makeSources(info)
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  const { folder, parts } = await openFolder(mina, 'Uploads')
  await limitUpload(page, SLOW_BYTES_PER_S)

  await test.step('the name is asked about first, and what was there stays when it is cancelled', async () => {
    await pick(page, 'Upload files', [large, small])
    await page.getByRole('dialog').getByRole('button', { name: 'Replace' }).click()
    await expect.poll(parts).toHaveLength(1)
    await expect.poll(() => existsSync(path.join(folder, 'small.txt'))).toBe(true)
    await page.getByRole('button', { name: 'Cancel all' }).click()
    await expect(notice(page, 'Upload cancelled. 1 of 2 files was uploaded and stays.')).toBeVisible()
    await expect.poll(parts).toEqual([])
    expect(await readFile(path.join(folder, 'large.bin'), 'utf8')).toBe('there before\n')
  })

  await limitUpload(page, -1)
  await pick(page, 'Upload files', large)
  await page.getByRole('dialog').getByRole('button', { name: 'Replace' }).click()
  await expect(notice(page, '1 file uploaded.')).toBeVisible()
  expect((await readFile(path.join(folder, 'large.bin'))).equals(LARGE)).toBe(true)
  await mina.close()
})

test('a large file whose name turns out to be taken while it is sent is asked about, and the server goes on', async ({
  browser,
}, info) => {
  const large = info.outputPath('large.bin')
  await writeFile(large, LARGE)
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  const { folder, parts } = await openFolder(mina, 'Taken')
  // A folder the tree does not look into: the browser cannot know what is in it.
  await mkdir(path.join(folder, 'node_modules'))
  await writeFile(path.join(folder, 'node_modules/large.bin'), 'there before\n')
  await page.getByRole('treeitem', { name: /^node_modules/ }).focus()
  await page.getByRole('treeitem', { name: /^node_modules/ }).click({ modifiers: ['Control'] })
  await limitUpload(page, SLOW_BYTES_PER_S)
  await pick(page, 'Upload files', large)
  const question = page.getByRole('dialog', { name: 'large.bin is already there' })
  await expect(question).toBeVisible({ timeout: 30_000 })
  await limitUpload(page, -1)
  await question.getByRole('button', { name: 'Keep both' }).click()
  await expect(notice(page, '1 file uploaded.')).toBeVisible()
  const there = async (name: string) => readFile(path.join(folder, 'node_modules', name))
  expect((await there('large.bin')).toString()).toBe('there before\n')
  expect((await there('large (2).bin')).equals(LARGE)).toBe(true)
  expect(parts()).toEqual([])
  await mina.close()
})

test('a folder comes by button with all that is in it, and is not marked as made by a program', async ({
  browser,
}, info) => {
  const source = info.outputPath('프로젝트')
  await mkdir(path.join(source, 'src/깊은 곳'), { recursive: true })
  await writeFile(path.join(source, 'README.md'), '# 읽기\n')
  await writeFile(path.join(source, 'src/깊은 곳/하나.txt'), '하나\n')
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  const { folder } = await openFolder(mina, 'Folders')
  await pick(page, 'Upload folder', source)
  await expect(notice(page, '2 files uploaded.')).toBeVisible()
  await expect(page.getByRole('treeitem', { name: '프로젝트', exact: true })).toBeVisible()
  expect(await readFile(path.join(folder, '프로젝트/src/깊은 곳/하나.txt'), 'utf8')).toBe('하나\n')
  await mina.close()
})

test('an upload is in sight wherever one goes meanwhile, and asks there what it has to ask', async ({
  browser,
}, info) => {
  const [large, small] = await makeSources(info)
  const mina = await openBrowser(browser, site.admin)
  const { page } = mina
  const { folder } = await openFolder(mina, 'Left behind')
  await mkdir(path.join(folder, 'node_modules'))
  await writeFile(path.join(folder, 'node_modules/large.bin'), 'there before\n')
  await page.getByRole('treeitem', { name: /^node_modules/ }).click({ modifiers: ['Control'] })
  await limitUpload(page, SLOW_BYTES_PER_S)
  await pick(page, 'Upload files', [large, small])
  await expect.poll(() => existsSync(path.join(folder, 'node_modules/small.txt'))).toBe(true)

  const panel = page.getByRole('region', { name: 'Uploads' })
  await page.keyboard.press('Control+b')
  await expect(page.getByRole('tree')).toHaveCount(0)
  await expect(panel).toContainText('node_modules/large.bin')
  await page.getByRole('link', { name: /All workspaces$/ }).click()
  await expect(page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
  await expect(panel).toContainText('node_modules/large.bin in Left behind')
  await page.getByRole('link', { name: 'Inbox', exact: false }).first().click()
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Cancel all' })).toBeVisible()
  const question = page.getByRole('dialog', { name: 'large.bin is already there' })
  await expect(question).toContainText('in Left behind', { timeout: 30_000 })
  await limitUpload(page, -1)
  await question.getByRole('button', { name: 'Keep both' }).click()
  await expect(notice(page, '2 files uploaded.')).toBeVisible()
  await expect(panel).toHaveCount(0)
  expect((await readFile(path.join(folder, 'node_modules/large (2).bin'))).equals(LARGE)).toBe(true)
  await mina.close()
})
