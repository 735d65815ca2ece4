import { expect, test } from '@playwright/test'
import { logIn, passwordOf, signUp } from '../support/api.ts'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

const site = useProduct()
const FILE = 'notes.txt'

test('a session that ends while its person types takes no key, and what was typed meanwhile is saved', async ({
  browser,
}) => {
  const session = await signUp(site.product, 'Mina')
  const workspaceId = await makeWorkspace(session, 'Interrupted')
  await putFile(session, workspaceId, FILE, 'start\n')
  const mina = await openBrowser(browser, session)
  const { page } = mina
  await mina.open(workspaceId, FILE)
  await mina.placeCaret(FILE, 2, 1)
  await page.keyboard.type('before ')
  await mina.expectStatus(/^Saved/)

  const elsewhere = await logIn(site.product, 'Mina')
  const overlay = page.getByRole('dialog', { name: 'Sign in again' })
  await elsewhere.api.auth.revokeOtherSessions.mutate()
  await page.keyboard.type('while it ends ')
  await expect(overlay).toBeVisible()
  await page.keyboard.type('and under the overlay\n')
  await page.keyboard.type('with a second line')
  await mina.expectText(FILE, 'start\nbefore while it ends and under the overlay\nwith a second line')
  await mina.expectStatus(/^Signed out/)
  await expect(overlay.getByLabel('E-mail')).toHaveValue('mina@example.org')
  await expect(overlay.getByRole('textbox', { name: 'Password' })).toHaveValue('')
  await expect(overlay.getByRole('alert')).toHaveCount(0)

  // The one key that leads from the text to the form; the form leads back to the text.
  await page.keyboard.press('F6')
  await page.keyboard.type(passwordOf('aniM'))
  await page.keyboard.press('Enter')
  await expect(overlay).toHaveCount(0)
  await mina.expectStatus('Saved, on disk')
  await page.keyboard.type(' and after')
  await mina.expectText(FILE, 'start\nbefore while it ends and under the overlay\nwith a second line and after')
  await mina.expectStatus('Saved, on disk')
  expect(await readOnDisk(site.product, workspaceId, FILE)).toBe(
    'start\nbefore while it ends and under the overlay\nwith a second line and after',
  )
  await mina.close()
})
