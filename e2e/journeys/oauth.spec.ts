import { expect, test } from '@playwright/test'
import { CLIENT, startStubProvider, type StubProvider } from '#server/auth/testing/stub-provider.ts'
import { type Session, setUp } from '../support/api.ts'
import { openBrowser } from '../support/ide.ts'
import { type Product, startProduct } from '../support/product.ts'
import { makeWorkspace } from '../support/world.ts'

let provider: StubProvider
let product: Product
let admin: Session

test.beforeAll(async () => {
  test.setTimeout(90_000)
  provider = await startStubProvider()
  const { clientId, clientSecret } = CLIENT
  const oidc = { OIDC_ISSUER: provider.url, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret }
  product = await startProduct({ env: { ...oidc, OIDC_NAME: 'House' } })
  admin = await setUp(product)
})
test.afterAll(async () => {
  await product.stop()
  await provider.close()
})

test('a provider that fails, and a server that lets nobody in, lead back to sign-in with the reason in words', async ({
  browser,
}) => {
  const stranger = await openBrowser(browser, null)
  const { page } = stranger
  provider.person = { id: 7, email: 'mina@example.org', isVerified: true, name: 'Mina Kang' }
  await page.goto(`${product.url}/login`)
  provider.fault = 'no-token'
  await page.getByRole('link', { name: 'Continue with House' }).click()
  await expect(page).toHaveURL(/\/login\?error=oauth_failed/)
  await expect(page.getByRole('alert')).toHaveText(/Signing in with that provider did not work/)
  provider.fault = null
  await admin.api.admin.updateSettings.mutate({ signUp: 'closed' })
  await page.getByRole('link', { name: 'Continue with House' }).click()
  await expect(page).toHaveURL(/\/login\?error=sign_up_closed/)
  await expect(page.getByRole('alert')).toHaveText(/takes no new account this way/)
  // What stands in the address is a code, never a sentence of somebody else's.
  await page.goto(`${product.url}/login?error=${encodeURIComponent('Call 0123 to unlock')}`)
  await expect(page.getByRole('alert')).toHaveText(/Signing in with that provider did not work/)
  await stranger.close()
})

test('an invite opened with a provider makes the account a member, and works once', async ({ browser }) => {
  await admin.api.admin.updateSettings.mutate({ signUp: 'invite' })
  const workspaceId = await makeWorkspace(admin, 'Ledger')
  const { url } = await admin.api.workspaces.createInvite.mutate({ workspaceId, role: 'editor' })
  provider.person = { id: 8, email: 'tara@example.org', isVerified: true, name: 'Tara Reid' }
  const tara = await openBrowser(browser, null)
  const { page } = tara
  await page.goto(url)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByRole('link', { name: 'Continue with House' }).click()
  await expect(page.getByText('Ledger').first()).toBeVisible({ timeout: 15_000 })
  await expect
    .poll(async () => (await admin.api.workspaces.members.query({ workspaceId })).map(({ name, role }) => [name, role]))
    .toContainEqual(['Tara Reid', 'editor'])
  await tara.close()

  provider.person = { id: 9, email: 'leo@example.org', isVerified: true, name: 'Leo Park' }
  const leo = await openBrowser(browser, null)
  await leo.page.goto(url)
  await expect(leo.page.getByRole('heading', { name: /no longer works/ })).toBeVisible()
  await leo.close()
})
