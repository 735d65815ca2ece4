import { expect, type Page, test } from '@playwright/test'
import { logIn, passwordOf, personNamed, signUp } from '../support/api.ts'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile } from '../support/world.ts'

const site = useProduct()

/** Opens the menu of this person in the admin's list, and chooses an entry of it. */
async function choose(page: Page, person: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${person}` }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

const firstLink = (page: Page): Promise<string> => page.getByRole('dialog').getByRole('textbox').inputValue()

test('who may sign up is set by the admin, and said truly to those who come', async ({ browser }) => {
  const admin = await openBrowser(browser, site.admin)
  const nobody = await openBrowser(browser, null)
  const choice = async (label: string) => {
    await admin.page.goto(`${site.product.url}/admin/settings`)
    await admin.page.getByRole('radio', { name: label }).click()
    await admin.page.getByRole('button', { name: 'Review change' }).click()
    await admin.page.getByRole('alertdialog').getByRole('button', { name: 'Save' }).click()
    await expect(admin.page.getByText('Settings saved').first()).toBeVisible()
  }
  const seenAt = async (path: string, heading: string) => {
    await nobody.page.goto(site.product.url + path)
    await expect(nobody.page.getByRole('heading', { name: heading })).toBeVisible()
  }
  const toSignUp = nobody.page.getByRole('link', { name: 'Create one' })

  await choice('People with an invite')
  await seenAt('/signup', 'Sign-up is by invitation')
  await seenAt('/login', 'Sign in')
  await expect(toSignUp).toHaveCount(0)
  await admin.page.goto(`${site.product.url}/admin/people`)
  await admin.page.getByRole('button', { name: 'Invite a person' }).click()
  const { pathname: invite } = new URL(await firstLink(admin.page))
  await expect(admin.page.getByText(/^Works until /)).toBeVisible()
  // It cannot be shown again, so a press beside it does not take it away.
  await admin.page.mouse.click(5, 5)
  await expect(admin.page.getByRole('dialog')).toBeVisible()

  await choice('Nobody')
  await seenAt('/signup', 'No new accounts')
  await seenAt(invite, 'You are invited to this server')
  await expect(nobody.page.getByRole('link', { name: 'Create an account' })).toHaveCount(0)
  await admin.page.goto(`${site.product.url}/admin/people`)
  await admin.page.getByRole('button', { name: 'Invite a person' }).click()
  await expect(admin.page.getByRole('dialog').getByRole('alert')).toHaveText(/an invite would not work/)

  await choice('Anyone who reaches this server')
  await seenAt('/login', 'Sign in')
  await toSignUp.click()
  const { name, email, password } = personNamed('Nils')
  await nobody.page.getByLabel('Your name').fill(name)
  await nobody.page.getByLabel('E-mail').fill(email)
  await nobody.page.getByRole('textbox', { name: 'Password' }).fill(password)
  // Somebody impatient: one account, and no word of one that exists already.
  await nobody.page.getByRole('button', { name: 'Create account' }).dblclick()
  await expect(nobody.page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
  await nobody.close()
  await admin.close()
})

test('a password is changed, and a session ended, from the settings of an account', async ({ browser }) => {
  const mina = await openBrowser(browser, await signUp(site.product, 'Mina'))
  const elsewhere = await openBrowser(browser, await logIn(site.product, 'Mina'))
  const { page } = mina
  await elsewhere.page.goto(site.product.url)
  await expect(elsewhere.page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()

  await page.goto(`${site.product.url}/settings`)
  await page.getByRole('button', { name: 'End session' }).click()
  await expect(page.getByText('The session was ended.').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'End session' })).toHaveCount(0)
  await elsewhere.page.reload()
  await expect(elsewhere.page.getByRole('heading', { name: 'Sign in' })).toBeVisible()

  const [current, next] = ['Current password', 'New password'].map((name) => page.getByRole('textbox', { name }))
  const change = page.getByRole('button', { name: 'Change password' })
  await current?.fill('not the one that is set')
  await next?.fill(passwordOf('another'))
  await change.click()
  await expect(page.getByText('This is not your current password.')).toBeVisible()
  await expect(current ?? page.locator('body')).toBeFocused()
  await current?.fill(passwordOf('aniM'))
  await change.click()
  await expect(page.getByText('The password is changed.').first()).toBeVisible()
  await mina.close()

  await elsewhere.page.getByLabel('E-mail').fill('mina@example.org')
  await elsewhere.page.getByRole('textbox', { name: 'Password' }).fill(passwordOf('another'))
  await elsewhere.page.keyboard.press('Enter')
  await expect(elsewhere.page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
  await elsewhere.close()
})

test('an admin finds a person, gives and takes a role, ends sessions, and makes a reset link that works once', async ({
  browser,
}) => {
  await signUp(site.product, 'Somebody Else')
  const tara = await signUp(site.product, 'Tara')
  const admin = await openBrowser(browser, site.admin)
  const { page } = admin
  await page.goto(`${site.product.url}/admin/people`)
  await page.getByLabel('Search by name or e-mail').fill('tara@')
  await expect(page.getByText('Somebody Else')).toHaveCount(0)
  await expect(page).toHaveURL(/q=tara/)
  await page.reload()
  const row = page.getByRole('row', { name: /Tara/ })

  await choose(page, 'Tara', 'Make admin of this server')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Make admin' }).click()
  await expect(row.getByText('Admin', { exact: true })).toBeVisible()
  await choose(page, 'Tara', 'Take the admin role away')
  await expect(row.getByText('User', { exact: true })).toBeVisible()

  await choose(page, 'Tara', 'Sessions')
  await page.getByRole('dialog').getByRole('button', { name: 'End all sessions' }).click()
  await expect(page.getByText('All sessions of Tara were ended').first()).toBeVisible()
  expect((await tara.api.auth.state.query()).me).toBeNull()

  await choose(page, 'Tara', 'Make a reset link')
  const reset = await firstLink(page)
  const person = await openBrowser(browser, null)
  await person.page.goto(reset)
  await person.page.getByRole('textbox', { name: 'New password' }).fill('short')
  await person.page.keyboard.press('Enter')
  await expect(person.page.getByRole('textbox', { name: 'New password' })).toBeFocused()
  await person.page.keyboard.press('Control+a')
  await person.page.keyboard.type(passwordOf('anew'))
  await person.page.getByRole('button', { name: 'Set password' }).dblclick()
  await expect(person.page.getByText('The password is changed')).toBeVisible()
  await person.page.goto(reset)
  await expect(person.page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible()
  await person.page.goto(`${site.product.url}/login`)
  await person.page.getByLabel('E-mail').fill('tara@example.org')
  await person.page.getByRole('textbox', { name: 'Password' }).fill(passwordOf('anew'))
  await person.page.keyboard.press('Enter')
  await expect(person.page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
  await person.close()
  await admin.close()
})

test('a person suspended while they type is told so at once, and goes on where they were when it is lifted', async ({
  browser,
}) => {
  const workspaceId = await makeWorkspace(site.admin, 'Suspended')
  await putFile(site.admin, workspaceId, 'notes.txt', '')
  const lena = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'editor', 'Lena'))
  await lena.open(workspaceId, 'notes.txt')
  await lena.placeCaret('notes.txt', 1, 1)
  await lena.page.keyboard.type('before ')
  await lena.expectStatus('Saved, on disk')

  const admin = await openBrowser(browser, site.admin)
  await admin.page.goto(`${site.product.url}/admin/people`)
  await choose(admin.page, 'Lena', 'Suspend')
  const asked = admin.page.getByRole('alertdialog')
  await expect(asked.getByText('1 session ends within a second.')).toBeVisible()
  await asked.getByRole('button', { name: 'Suspend' }).click()
  const overlay = lena.page.getByRole('dialog', { name: 'Sign in again' })
  await expect(overlay.getByRole('alert')).toHaveText('This account is suspended. Ask an admin of this server.')
  await lena.page.keyboard.type('meanwhile')
  await lena.expectText('notes.txt', 'before meanwhile')
  const tryAgain = async () => {
    await overlay.getByRole('textbox', { name: 'Password' }).fill(passwordOf('aneL'))
    await lena.page.keyboard.press('Enter')
  }
  const answer = lena.page.waitForResponse(/auth\.login/)
  await tryAgain()
  expect((await answer).status()).toBe(403)
  await expect(overlay.getByRole('alert')).toHaveCount(1)

  await choose(admin.page, 'Lena', 'Lift the suspension')
  await expect(admin.page.getByText('Lena can sign in again').first()).toBeVisible()
  await tryAgain()
  await expect(overlay).toHaveCount(0)
  await lena.expectStatus('Saved, on disk')
  await lena.expectText('notes.txt', 'before meanwhile')
  await admin.close()
  await lena.close()
})
