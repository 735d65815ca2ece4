import { expect, type Page, test } from '@playwright/test'
import { type Session, signUp } from '../support/api.ts'
import { withDatabase } from '../support/database.ts'
import { openBrowser, signIn } from '../support/ide.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile } from '../support/world.ts'

const site = useProduct()
const FILE = 'shared.txt'
const TEXT = 'read me\n'

async function workspaceWithFile(name: string): Promise<string> {
  const workspaceId = await makeWorkspace(site.admin, name)
  await putFile(site.admin, workspaceId, FILE, TEXT)
  return workspaceId
}

const userIdOf = async (session: Session): Promise<string> => (await session.api.auth.state.query()).me?.id ?? ''

test('a viewer cannot type, sees why, and types without a reload once allowed', async ({ browser }) => {
  const workspaceId = await workspaceWithFile('Viewer')
  const session = await joinByInvite(site.admin, workspaceId, 'viewer', 'Vera')
  const viewer = await openBrowser(browser, session)
  await viewer.open(workspaceId, FILE)
  await viewer.expectStatus('View only')
  await viewer.placeCaret(FILE, 1, 1)
  await viewer.page.keyboard.type('x')
  await expect(viewer.page.getByText('View only: nothing was changed').first()).toBeVisible()
  expect(await viewer.text(FILE)).toBe(TEXT)

  await site.admin.api.workspaces.setRole.mutate({ workspaceId, userId: await userIdOf(session), role: 'editor' })
  await viewer.expectStatus(/^Saved/)
  await viewer.placeCaret(FILE, 1, 1)
  await viewer.page.keyboard.type('now ')
  await viewer.expectText(FILE, `now ${TEXT}`)
  await viewer.expectStatus('Saved, on disk')
  await viewer.close()
})

test('a viewer asks to edit, the owner allows it, and typing works without a reload', async ({ browser }) => {
  const workspaceId = await workspaceWithFile('Asking')
  const viewer = await openBrowser(browser, await joinByInvite(site.admin, workspaceId, 'viewer', 'Tara'))
  await viewer.open(workspaceId, FILE)
  await viewer.placeCaret(FILE, 1, 1)
  await viewer.page.keyboard.type('x')
  const ask = viewer.page.getByRole('button', { name: 'Ask to edit' })
  await ask.click()
  await expect(viewer.page.getByText(/^No owner or admin is here/).first()).toBeVisible()

  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, FILE)
  await ask.click()
  const notice = owner.page.getByRole('status').filter({ hasText: 'Tara asks to edit here' })
  await notice.getByRole('button', { name: 'Not now' }).click()
  await expect(notice).toHaveCount(0)
  await viewer.expectStatus('View only')

  await viewer.page.keyboard.press('F1')
  await viewer.page.keyboard.type('ask to edit')
  await viewer.page.keyboard.press('Enter')
  await notice.getByRole('button', { name: 'Allow' }).click()
  await viewer.expectStatus(/^Saved/)
  await viewer.placeCaret(FILE, 1, 1)
  await viewer.page.keyboard.type('at last ')
  await owner.expectText(FILE, `at last ${TEXT}`)
  await expect(ask).toHaveCount(0)
  await owner.close()
  await viewer.close()
})

test('a share link lets a guest read along; revoked, it ends within a second', async ({ browser }) => {
  const workspaceId = await workspaceWithFile('Guests')
  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, FILE)
  const link = await site.admin.api.workspaces.createLink.mutate({ workspaceId, expiresInHours: 1 })

  const guest = await openBrowser(browser, null)
  await guest.page.goto(link.url)
  await expect(guest.page.getByText('Guests')).toBeVisible()
  await expect(guest.page.getByText(/^Guest [A-Z]/)).toBeVisible()
  await guest.page.getByRole('button', { name: 'Join as guest' }).click()
  await guest.page.getByRole('treeitem', { name: FILE }).click()
  await expect(guest.editor(FILE)).toBeVisible({ timeout: 20_000 })
  await guest.expectStatus('View only')
  // The guest is the one among the people here who cannot be followed: themselves.
  await expect(guest.page.getByRole('img', { name: /^Guest .* \(you\)$/ })).toBeVisible()
  await expect(guest.page.getByRole('button', { name: /^Follow Guest/ })).toHaveCount(0)

  await owner.placeCaret(FILE, 1, 1)
  await owner.page.keyboard.type('live ')
  await guest.expectText(FILE, `live ${TEXT}`)
  await guest.placeCaret(FILE, 1, 1)
  await guest.page.keyboard.type('x')
  expect(await guest.text(FILE)).toBe(`live ${TEXT}`)

  await site.admin.api.workspaces.revokeLink.mutate({ workspaceId, linkId: link.linkId })
  await expect(guest.page.getByText(/no longer have access/i).first()).toBeVisible({ timeout: 1000 })
  await owner.page.keyboard.type('secret ')
  await owner.expectStatus('Saved, on disk')
  expect(await guest.text(FILE)).not.toContain('secret')
  await guest.page.goto(link.url)
  await expect(guest.page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible()
  await owner.close()
  await guest.close()
})

test('a share link that runs out ends everyone’s visit at that moment, as its revocation does', async ({ browser }) => {
  const workspaceId = await workspaceWithFile('Until then')
  const owner = await openBrowser(browser, site.admin)
  await owner.open(workspaceId, FILE)
  await owner.placeCaret(FILE, 1, 1)
  const { url, linkId } = await site.admin.api.workspaces.createLink.mutate({ workspaceId, expiresInHours: 1 })
  const unused = await site.admin.api.workspaces.createLink.mutate({ workspaceId, expiresInHours: 1 })
  const known = await openBrowser(browser, await signUp(site.product, 'Known'))
  const unknown = await openBrowser(browser, null)
  for (const [guest, button] of [
    [known, /^Join/],
    [unknown, 'Join as guest'],
  ] as const) {
    await guest.page.goto(url)
    await guest.page.getByRole('button', { name: button }).click()
    await guest.page.getByRole('treeitem', { name: FILE }).click()
    await guest.expectText(FILE, TEXT)
  }

  // Later than the server's next look at the ends of links, as an hour is.
  const soon = (ms: number) => new Date(Date.now() + ms)
  await withDatabase(site.product, async (db) => {
    await db.query('update share_link set expires_at = $2 where id = $1', [linkId, soon(12_000)])
    await db.query('update share_link set expires_at = $2 where id = $1', [unused.linkId, soon(20_000)])
  })
  // Nobody draws this page anew: it says by itself that a link has run out by which nobody came.
  const list = await owner.context.newPage()
  await list.goto(`${site.product.url}/w/${workspaceId}/settings`)
  const links = list.getByRole('region', { name: 'Links and guests' })
  await expect(links.getByText('Active')).toHaveCount(2)
  for (const { page } of [known, unknown])
    await expect(page.getByText(/no longer have access/i).first()).toBeVisible({ timeout: 20_000 })
  await expect(links.getByText('Expired')).toHaveCount(2, { timeout: 20_000 })
  await expect(links.getByRole('button', { name: 'Revoke link' })).toBeHidden()
  await owner.page.keyboard.type('secret ')
  await owner.expectStatus('Saved, on disk')
  for (const guest of [known, unknown]) expect(await guest.text(FILE)).not.toContain('secret')
  await unknown.page.reload()
  await expect(unknown.page.getByText(/^Your visit as a guest has ended/)).toBeVisible()
  await known.page.reload()
  await expect(known.page.getByRole('heading', { name: 'You no longer have access here' })).toBeVisible()
  await expect(known.page.getByText(/known@example\.org.*the link you came by ran out/)).toBeVisible()
  // Another account of the same browser was never inside.
  await signIn(known.context, await signUp(site.product, 'Other'))
  await known.page.reload()
  await expect(known.page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
  for (const each of [owner, known, unknown]) await each.close()
})

/** What works for whoever has access, and for nobody else. */
const offers = (page: Page) => [
  page.getByTestId('agent-state'),
  page.getByRole('navigation', { name: 'Views' }),
  page.getByRole('list', { name: 'People here' }),
  ...[/^Go to file/, 'Run', 'Share', 'New file'].map((name) => page.getByRole('button', { name })),
]

test('where access ends, nothing is offered that no longer works, and the way home is', async ({ browser }) => {
  const workspaceId = await workspaceWithFile('Ending')
  const removed = await joinByInvite(site.admin, workspaceId, 'editor', 'Rita')
  const away = await joinByInvite(site.admin, workspaceId, 'editor', 'Avi')
  const [owner, rita, avi] = [
    await openBrowser(browser, site.admin),
    await openBrowser(browser, removed),
    await openBrowser(browser, away),
  ]
  for (const each of [owner, rita, avi]) {
    await each.open(workspaceId, FILE)
    for (const offer of offers(each.page).slice(0, 5)) await expect(offer).toBeVisible()
  }

  await test.step('removed while inside', async () => {
    await site.admin.api.workspaces.removeMember.mutate({ workspaceId, userId: await userIdOf(removed) })
    await expect(rita.page.getByText('You no longer have access to this workspace.').first()).toBeVisible()
    for (const offer of offers(rita.page)) await expect(offer).toHaveCount(0)
    await expect(rita.page.getByRole('tab', { name: FILE, exact: true })).toBeVisible()
    await rita.page.keyboard.press('F1')
    await expect(rita.page.getByRole('option', { name: 'All workspaces' })).toBeVisible()
    await expect(rita.page.getByRole('option', { name: /^Go to file/ })).toHaveCount(0)
    await expect(rita.page.getByRole('option', { name: /zip/ })).toHaveCount(0)
    await rita.page.keyboard.press('Escape')
  })
  await test.step('back again', async () => {
    await site.admin.api.workspaces.createInvite.mutate({ workspaceId, role: 'viewer' }).then(async ({ url }) => {
      await removed.api.workspaces.acceptInvite.mutate({ token: url.slice(url.lastIndexOf('/') + 1) })
    })
    const notice = rita.page.getByRole('status').filter({ hasText: 'You have access to this workspace again.' })
    await notice.getByRole('button', { name: 'Open it' }).click()
    await rita.expectStatus('View only')
  })
  await test.step('removed while the connection was away', async () => {
    await avi.context.setOffline(true)
    await avi.expectStatus(/^Offline/)
    await site.admin.api.workspaces.removeMember.mutate({ workspaceId, userId: await userIdOf(away) })
    await avi.context.setOffline(false)
    await expect(avi.page.getByText('You no longer have access to this workspace.').first()).toBeVisible({
      timeout: 20_000,
    })
    for (const offer of offers(avi.page)) await expect(offer).toHaveCount(0)
  })
  await test.step('deleted', async () => {
    await site.admin.api.workspaces.delete.mutate({ workspaceId })
    await expect(owner.page.getByText('This workspace was deleted.').first()).toBeVisible()
    for (const offer of offers(owner.page)) await expect(offer).toHaveCount(0)
    await owner.page.getByRole('button', { name: 'All workspaces' }).click()
    await expect(owner.page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
  })
  for (const each of [owner, rita, avi]) await each.close()
})

test('demoted with unsaved edits, an editor keeps them as a recovered copy', async ({ browser }) => {
  const workspaceId = await workspaceWithFile('Demoted')
  const session = await joinByInvite(site.admin, workspaceId, 'editor', 'Dora')
  const editor = await openBrowser(browser, session)
  await editor.open(workspaceId, FILE)
  await editor.expectStatus(/^Saved/)
  await editor.context.setOffline(true)
  await editor.expectStatus(/^Offline/)
  await editor.placeCaret(FILE, 1, 1)
  await editor.page.keyboard.type('not yet saved ')
  await site.admin.api.workspaces.setRole.mutate({ workspaceId, userId: await userIdOf(session), role: 'viewer' })
  await editor.context.setOffline(false)

  await editor.expectStatus('View only')
  const banner = editor.page.getByRole('status').filter({ hasText: '1 recovered copy' })
  await banner.getByRole('button', { name: 'Open' }).click()
  const dialog = editor.page.getByRole('dialog', { name: 'Recovered copies' })
  await expect(dialog.getByText('not yet saved').first()).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Download' })).toBeVisible()
  await editor.expectText(FILE, TEXT)
  await editor.close()
})

test('a missing and a foreign workspace are one page', async ({ browser }) => {
  const workspaceId = await workspaceWithFile('Private')
  const stranger = await openBrowser(browser, await signUp(site.product, 'Stranger'))
  for (const id of [workspaceId, workspaceId.split('').toReversed().join('')]) {
    await stranger.page.goto(`${site.product.url}/w/${id}/f/${FILE}`)
    await expect(stranger.page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
    await expect(stranger.page.getByText('stranger@example.org')).toBeVisible()
  }
  await stranger.close()
})

test('signing in leads back to a page of this site, never elsewhere', async ({ browser }) => {
  for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)']) {
    const nobody = await openBrowser(browser, null)
    await nobody.page.goto(`${site.product.url}/login?next=${encodeURIComponent(next)}`)
    await nobody.page.getByLabel('E-mail').fill('ada@example.org')
    await nobody.page.getByRole('textbox', { name: 'Password' }).fill('adA keeps seven umbrellas dry')
    await nobody.page.getByRole('button', { name: 'Sign in' }).click()
    await expect(nobody.page.getByRole('heading', { name: 'Workspaces' })).toBeVisible()
    expect(new URL(nobody.page.url()).origin).toBe(site.product.url)
    await nobody.close()
  }
})
