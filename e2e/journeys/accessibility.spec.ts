import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { makeWorkspace, putFile } from '../support/world.ts'

const site = useProduct()
const FILE = 'page.ts'

/** Serious and critical findings, as sentences. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
    )
}

interface PageCase {
  readonly name: string
  readonly path: () => string
  readonly heading: RegExp
  readonly isSignedIn: boolean
}

let workspaceId = ''
let guestLink = ''
let inviteLink = ''
let resetLink = ''

test.beforeAll(async () => {
  const { admin } = site
  workspaceId = await makeWorkspace(admin, 'Pages', 'sample')
  await putFile(admin, workspaceId, FILE, 'export const answer = 42\n')
  const { api } = admin
  const { me } = await api.auth.state.query()
  const pathOf = (url: string) => new URL(url).pathname
  guestLink = pathOf((await api.workspaces.createLink.mutate({ workspaceId, expiresInHours: 1 })).url)
  inviteLink = pathOf((await api.workspaces.createInvite.mutate({ workspaceId, role: 'editor' })).url)
  resetLink = pathOf((await api.admin.createResetLink.mutate({ userId: me?.id ?? '' })).url)
})

const PAGES: readonly PageCase[] = [
  { name: 'sign in', path: () => '/login', heading: /Sign in/, isSignedIn: false },
  { name: 'sign up', path: () => '/signup', heading: /Create an account/, isSignedIn: false },
  { name: 'invite', path: () => inviteLink, heading: /Join Pages/, isSignedIn: false },
  { name: 'reset', path: () => resetLink, heading: /Choose a new password/, isSignedIn: false },
  { name: 'guest', path: () => guestLink, heading: /Look into Pages/, isSignedIn: false },
  { name: 'a dead link', path: () => `/invite/${'A'.repeat(43)}`, heading: /no longer works/, isSignedIn: false },
  { name: 'a dead reset link', path: () => `/reset/${'A'.repeat(43)}`, heading: /no longer works/, isSignedIn: false },
  { name: 'workspaces', path: () => '/', heading: /Workspaces/, isSignedIn: true },
  { name: 'account settings', path: () => '/settings', heading: /Settings/, isSignedIn: true },
  { name: 'workspace settings', path: () => `/w/${workspaceId}/settings`, heading: /settings/, isSignedIn: true },
  { name: 'admin: people', path: () => '/admin/people', heading: /People/, isSignedIn: true },
  { name: 'admin: workspaces', path: () => '/admin/workspaces', heading: /Workspaces/, isSignedIn: true },
  { name: 'admin: AI', path: () => '/admin/ai', heading: /^AI$/, isSignedIn: true },
  { name: 'admin: settings', path: () => '/admin/settings', heading: /Settings/, isSignedIn: true },
  { name: 'a missing page', path: () => '/no/such/page', heading: /Nothing here/, isSignedIn: true },
]

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no page has a serious finding of axe, in ${colorScheme}`, async ({ browser }) => {
    test.setTimeout(120_000)
    const ides = {
      signedIn: await openBrowser(browser, site.admin, { colorScheme }),
      nobody: await openBrowser(browser, null, { colorScheme }),
    }
    for (const { name, path, heading, isSignedIn } of PAGES) {
      const { page } = isSignedIn ? ides.signedIn : ides.nobody
      await page.goto(site.product.url + path())
      await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible()
      expect.soft(await findings(page), name).toEqual([])
    }
    const { page } = ides.signedIn
    await ides.signedIn.open(workspaceId, FILE)
    expect.soft(await findings(page), 'the IDE').toEqual([])
    await page.getByRole('button', { name: 'Share' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect.soft(await findings(page), 'the share dialog').toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('F1')
    await expect(page.getByPlaceholder('Type a command')).toBeVisible()
    expect.soft(await findings(page), 'the command palette').toEqual([])
    await ides.signedIn.close()
    await ides.nobody.close()
  })
}

test('by keyboard alone: sign in, go to a file, edit, save, and find a command', async ({ browser }) => {
  const ide = await openBrowser(browser, null)
  const { page } = ide
  const { keyboard } = page
  await page.goto(`${site.product.url}/login`)
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await keyboard.type('ada@example.org')
  await keyboard.press('Tab')
  await keyboard.type('adA keeps seven umbrellas dry')
  await keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
  await tabTo(page, /^Pages$/)
  await keyboard.press('Enter')
  await expect(page.getByRole('tree', { name: 'Files' })).toBeVisible({ timeout: 20_000 })
  await keyboard.press('Control+p')
  await expect(page.getByPlaceholder('Type part of a name or path')).toBeFocused()
  await keyboard.type(FILE)
  await keyboard.press('Enter')
  await expect(ide.editor(FILE)).toBeFocused({ timeout: 20_000 })
  await keyboard.press('Control+Home')
  await keyboard.type('// by keyboard\n')
  await keyboard.press('Control+s')
  await ide.expectStatus('Saved, on disk')
  await ide.expectText(FILE, '// by keyboard\nexport const answer = 42\n')
  await keyboard.press('F1')
  await keyboard.type('Focus the file tree')
  await keyboard.press('Enter')
  await expect(page.getByRole('tree', { name: 'Files' })).toBeFocused()
  await ide.close()
})

test('a form leads to its first mistake, and a dialog gives the focus back to what opened it', async ({ browser }) => {
  const ide = await openBrowser(browser, site.admin)
  const { page } = ide
  await page.goto(site.product.url)
  const opener = page.getByRole('button', { name: 'New workspace' })
  await opener.click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.getByRole('radio', { name: /^Git repository/ }).click()
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Create workspace' }).click()
  await expect(page.getByRole('textbox', { name: 'Repository address' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(opener).toBeFocused()

  await page.getByRole('button', { name: 'Actions for Pages' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await expect(page.getByRole('textbox', { name: 'New name' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Actions for Pages' })).toBeFocused()
  await ide.close()
})

/** Tab until what has the focus is called that; a person gives up after a while too. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab')
    const text = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
    )
    if (name.test(text)) return
  }
  throw new Error(`nothing called ${String(name)} takes the focus`)
}

test('a Korean browser is greeted in Korean, and an account may ask for English', async ({ browser }) => {
  const korean = await openBrowser(browser, null, { locale: 'ko-KR' })
  const { page } = korean
  await page.goto(`${site.product.url}/login`)
  await expect(page.getByRole('heading', { name: '로그인' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko')
  await page.getByLabel('이메일').fill('ada@example.org')
  await page.getByRole('textbox', { name: '비밀번호' }).fill('wrong on purpose')
  await page.getByRole('button', { name: '로그인' }).click()
  await expect(page.getByText('이메일 또는 비밀번호가 맞지 않습니다.')).toBeVisible()
  await page.getByRole('textbox', { name: '비밀번호' }).fill('adA keeps seven umbrellas dry')
  await page.getByRole('button', { name: '로그인' }).click()
  await expect(page.getByRole('heading', { name: '워크스페이스' })).toBeVisible()
  await site.admin.api.auth.updateProfile.mutate({ locale: 'en' })
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
  await site.admin.api.auth.updateProfile.mutate({ locale: null })
  await korean.close()
})

test('markup in names is text: no dialog opens and nothing is fetched from elsewhere', async ({ browser }) => {
  const ide = await openBrowser(browser, site.admin)
  const { page } = ide
  const outside: string[] = []
  const dialogs: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(site.product.url) && !/^(data|blob):/.test(request.url())) outside.push(request.url())
  })
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const names = [
    '<img src=x onerror=alert(1)>',
    '"><script>alert(1)<⁄script>',
    "javascript:alert('1')",
    '{{constructor.constructor("alert(1)")()}}',
  ]
  for (const name of names) await makeWorkspace(site.admin, name)
  await putFile(
    site.admin,
    workspaceId,
    '<img src=x onerror=alert(1)>.md',
    '<script>alert(1)</script>\n[x](javascript:alert(1))\n',
  )
  await site.admin.api.auth.updateProfile.mutate({ name: '<b onmouseover=alert(1)>Ada</b>' })
  await page.goto(site.product.url)
  for (const name of names) await expect(page.getByText(name, { exact: true })).toBeVisible()
  await ide.open(workspaceId, '<img src=x onerror=alert(1)>.md')
  await page.goto(`${site.product.url}/admin/people`)
  await expect(page.getByText('<b onmouseover=alert(1)>Ada</b>').first()).toBeVisible()
  await site.admin.api.auth.updateProfile.mutate({ name: 'Ada' })
  expect({ outside, dialogs }).toEqual({ outside: [], dialogs: [] })
  await ide.close()
})
