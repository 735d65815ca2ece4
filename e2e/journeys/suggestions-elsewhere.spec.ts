import { expect, test } from '@playwright/test'
import type { Session } from '../support/api.ts'
import { type Ide, openBrowser } from '../support/ide.ts'
import {
  BETTER,
  cardsIn,
  expectNothingSerious,
  FILE,
  FIRST_ONLY,
  hunkIn,
  TEXT,
  useSuggestions,
} from '../support/suggestions.ts'
import { useProduct } from '../support/use-product.ts'
import { putFile } from '../support/world.ts'

const site = useProduct()
const { model, connectModel, openTogether, askForAll } = useSuggestions(site)

test('a viewer suggests instead of editing, and an editor takes it over', async ({ browser }) => {
  const { ides, close } = await openTogether(browser, ['viewer'])
  const [ada, vera] = ides as [Ide, Ide]
  await vera.placeCaret(FILE, 3, 1)
  await vera.page.keyboard.press('Alt+i')
  const field = vera.page.getByRole('textbox', { name: 'The text as you would have it' })
  await expect(field).toHaveValue('  return level')
  await field.fill('  return level * 100')
  await vera.page.getByRole('textbox', { name: 'Why (optional)' }).fill('In centimetres')
  await vera.page.keyboard.press('ControlOrMeta+Enter')
  await expect(hunkIn(ada.page, 1, 1)).toContainText('In centimetres')
  await expect(hunkIn(ada.page, 1, 1)).toContainText(/^.*Vera\d+/s)
  await ada.expectText(FILE, TEXT)
  await hunkIn(ada.page, 1, 1).getByRole('button', { name: 'Accept' }).click()
  await vera.expectText(FILE, TEXT.replace('return level\n', 'return level * 100\n'))
  await close()
})

test('code of a chat becomes a suggestion, in the file that is meant or chosen', async ({ browser }) => {
  await connectModel()
  const { workspaceId, ides, close } = await openTogether(browser, [])
  const [ada] = ides as [Ide]
  const { page } = ada
  await page.getByRole('button', { name: 'Chat', exact: true }).click()
  await page.getByRole('button', { name: 'Begin a chat' }).click()
  const ask = async (answer: string): Promise<void> => {
    model.plan = () => ({ pieces: [answer] })
    await page.getByRole('textbox', { name: 'Message' }).fill('Change it')
    await page.keyboard.press('Enter')
  }

  await ask(`Here:\n\n\`\`\`ts ${FILE}\n${FIRST_ONLY}\`\`\`\n`)
  await page.getByRole('button', { name: 'Apply as a suggestion' }).click()
  await expect(page.getByText('Suggested 1 change in tides.ts.')).toBeVisible()
  await expect(hunkIn(page, 1, 1)).toContainText('Math.sin(hour / 2)')
  await ada.expectText(FILE, TEXT)
  await hunkIn(page, 1, 1).getByRole('button', { name: 'Accept' }).click()
  await ada.expectText(FILE, FIRST_ONLY)

  await putFile(site.admin, workspaceId, 'notes.txt', 'nothing alike\n')
  await ask('Or:\n\n```\nsomething else\n```\n')
  const applies = page.getByRole('button', { name: 'Apply as a suggestion' })
  await expect(applies).toHaveCount(2)
  await applies.last().click()
  const dialog = page.getByRole('dialog', { name: 'Apply this code as a suggestion' })
  await dialog.getByRole('textbox', { name: 'Path of a file' }).fill('notes')
  await expect(dialog.getByRole('radio', { name: 'notes.txt' })).toBeChecked()
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('Nothing in this file resembles the code.')).toBeVisible()
  await dialog.getByRole('button', { name: 'In the place of the whole file' }).click()
  await page.getByRole('button', { name: 'Show', exact: true }).last().click()
  await expect(hunkIn(page, 1, 1)).toContainText('something else')
  await ada.expectText('notes.txt', 'nothing alike\n')
  await close()
})

test('on a phone, without the editor, hunks are read and accepted', async ({ browser }) => {
  await connectModel()
  const { workspaceId, sessions, ides, close } = await openTogether(browser, ['editor'])
  const [ada] = ides as [Ide]
  await askForAll(ada, BETTER)
  await expect(cardsIn(ada.page)).toHaveCount(2)
  const phone = await openBrowser(browser, sessions[1] as Session, {
    viewport: { width: 360, height: 740 },
    locale: 'ko',
  })
  const { page } = phone
  const scripts: string[] = []
  page.on('request', (request) => scripts.push(request.url()))
  await page.goto(`${site.product.url}/w/${workspaceId}/suggestions`)
  const first = page.getByRole('article', { name: /^제안된 변경 2개 중 1번째/ })
  await expect(first).toContainText('Math.sin(hour / 2)')
  expect(scripts.filter((url) => /monaco|ide-page/.test(url))).toEqual([])
  await expectNothingSerious(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await first.getByRole('button', { name: '수락' }).click()
  await ada.expectText(FILE, FIRST_ONLY)
  await expect(first).toContainText('수락함')
  await first.getByRole('button', { name: '실행 취소' }).click()
  await ada.expectText(FILE, TEXT)
  await phone.close()
  await close()
})

test('the list opens the file at the hunk, and has nothing that assistive technology would stumble over', async ({
  browser,
}) => {
  await connectModel()
  const { workspaceId, ides, close } = await openTogether(browser, [])
  const [ada] = ides as [Ide]
  const { page } = ada
  await askForAll(ada, BETTER)
  await expect(cardsIn(page)).toHaveCount(2)
  await putFile(site.admin, workspaceId, 'other.txt', 'another\n')
  await ada.open(workspaceId, 'other.txt')
  await page.keyboard.press('ControlOrMeta+Alt+s')
  const list = page.getByRole('region', { name: 'Suggestions', exact: true })
  await expect(list.getByRole('article')).toHaveCount(2)
  await list.getByRole('button', { name: 'Line 7' }).click()
  await expect(hunkIn(page, 2, 2)).toBeVisible()
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await expectNothingSerious(page)
  }
  await close()
})
