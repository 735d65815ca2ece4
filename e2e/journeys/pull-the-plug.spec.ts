import { expect, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { until } from '../support/until.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const FILE = 'notes.txt'
const lines = (text: string) => text.split('\n').filter((line) => line !== '')

test('twenty lines typed offline survive the death of the server and meet those of a colleague', async ({
  browser,
}) => {
  const { admin, product } = site
  const workspaceId = await makeWorkspace(admin, 'Plug')
  await putFile(admin, workspaceId, FILE, 'top\nbottom\n')
  const a = await openBrowser(browser, admin)
  const b = await openBrowser(browser, await joinByInvite(admin, workspaceId, 'editor', 'Bora'))
  await a.open(workspaceId, FILE)
  await b.open(workspaceId, FILE)

  await b.context.setOffline(true)
  await b.expectStatus(/^Offline/)
  await b.placeCaret(FILE, 2, 1)
  for (let i = 1; i <= 20; i++) await b.page.keyboard.type(`offline ${i}\n`)
  await b.expectStatus(/^Offline: \d+ edits kept in this browser$/)

  await a.placeCaret(FILE, 1, 1)
  await a.page.keyboard.type('before the crash\n')
  await a.expectStatus(/^Saved/)
  await a.page.keyboard.type('in the crash\n')
  await product.kill('SIGKILL')
  await a.page.keyboard.type('after the crash\n')
  await a.expectStatus(/^Offline/)

  await product.restart()
  await b.context.setOffline(false)
  await a.expectStatus('Saved, on disk')
  await b.expectStatus('Saved, on disk')

  const expected = [
    'before the crash',
    'in the crash',
    'after the crash',
    'top',
    ...Array.from({ length: 20 }, (_, i) => `offline ${i + 1}`),
    'bottom',
  ]
  await expect.poll(async () => lines(await a.text(FILE))).toEqual(expected)
  await expect.poll(async () => lines(await b.text(FILE))).toEqual(expected)
  await until('the disk agrees', async () => (await readOnDisk(product, workspaceId, FILE)) === (await a.text(FILE)))
  await a.close()
  await b.close()
})

test('edits made offline outlive the tab in which they were made', async ({ browser }) => {
  const { admin, product } = site
  const workspaceId = await makeWorkspace(admin, 'Closed tab')
  await putFile(admin, workspaceId, FILE, 'kept\n')
  const a = await openBrowser(browser, admin)
  await a.open(workspaceId, FILE)
  await product.kill('SIGKILL')
  await a.expectStatus(/^Offline/)
  await a.placeCaret(FILE, 1, 1)
  const typed = 'typed without a server\n'
  await a.page.keyboard.type(typed)
  // What is not counted as kept yet would go with the tab, and the tab says so.
  await a.expectStatus(`Offline: ${typed.length} edits kept in this browser`)
  await a.page.goto('about:blank')
  await product.restart()
  await a.open(workspaceId, FILE)
  await a.expectStatus('Saved, on disk')
  await a.expectText(FILE, 'typed without a server\nkept\n')
  expect(await readOnDisk(product, workspaceId, FILE)).toBe('typed without a server\nkept\n')
  await a.close()
})
