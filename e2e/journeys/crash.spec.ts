import { expect, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { until } from '../support/until.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const FILE = 'crash.txt'

test('the server is killed while both type: texts equal, everything typed is there once, the disk agrees', async ({
  browser,
}) => {
  const { admin, product } = site
  const workspaceId = await makeWorkspace(admin, 'Crash')
  await putFile(admin, workspaceId, FILE, 'first\n\nsecond\n')
  const people = [
    await openBrowser(browser, admin),
    await openBrowser(browser, await joinByInvite(admin, workspaceId, 'editor', 'Bora')),
  ] as const
  for (const [i, ide] of people.entries()) {
    await ide.open(workspaceId, FILE)
    await ide.placeCaret(FILE, i * 2 + 1, 1)
  }
  const type = (word: string) =>
    Promise.all(people.map((ide, i) => ide.page.keyboard.type(`[${word}-${i}] `, { delay: 5 })))

  await type('saved')
  await Promise.all(people.map((ide) => ide.expectStatus(/^Saved/)))
  const crash = until('a moment of typing', async () => (await people[0].text(FILE)).includes('[crash')).then(() =>
    product.kill('SIGKILL'),
  )
  await Promise.all([type('crashing'), crash])
  await type('dead')
  await Promise.all(people.map((ide) => ide.expectStatus(/^Offline/)))
  await product.restart()
  await Promise.all(people.map((ide) => ide.expectStatus('Saved, on disk')))

  const text = await people[0].text(FILE)
  await people[1].expectText(FILE, text)
  for (const word of ['saved', 'crashing', 'dead']) {
    for (const i of [0, 1]) expect(text.split(`[${word}-${i}]`), `${word} of ${i}`).toHaveLength(2)
  }
  expect(await readOnDisk(product, workspaceId, FILE)).toBe(text)
  for (const ide of people) await ide.close()
})
