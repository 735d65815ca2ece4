import { expect, type Locator, type Page } from '@playwright/test'

/** What the terminal shows now; a row's spaces at its end are not drawn. */
export const screenOf = (page: Page): Locator => page.getByTestId('terminal').locator('.xterm-rows')
export const inputOf = (page: Page): Locator => page.getByTestId('terminal').locator('textarea')

export async function showTerminals(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show or hide the terminals' }).click()
}

/** Opens another terminal and waits for its prompt. */
export async function startTerminal(page: Page): Promise<void> {
  const shown = page.locator('[id^=terminal-tab-][aria-selected=true]')
  const before = (await shown.count()) > 0 ? await shown.getAttribute('id') : null
  await page.getByRole('button', { name: 'New terminal' }).first().click()
  if (before !== null) await expect(shown).not.toHaveAttribute('id', before)
  await expect(page.getByTestId('terminal')).toHaveAttribute('data-state', 'attached')
  await expect(screenOf(page)).toContainText(/[$#]/)
}

/** Where a word of the screen is drawn, in pixels of the page; words in ASCII. */
export async function placeOf(page: Page, word: string): Promise<{ x: number; y: number }> {
  const place = await screenOf(page).evaluate((rows, wanted) => {
    const row = [...rows.children].findLast((one) => one.textContent.includes(wanted))
    if (row === undefined) return null
    const range = document.createRange()
    let at = row.textContent.lastIndexOf(wanted) + Math.floor(wanted.length / 2)
    const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const { length } = node.textContent ?? ''
      if (at < length) {
        range.setStart(node, at)
        range.setEnd(node, at + 1)
        const box = range.getBoundingClientRect()
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
      }
      at -= length
    }
    return null
  }, word)
  if (place === null) throw new Error(`${word} is not on the screen`)
  return place
}

/** Moves the pointer there first, as a person does: links are found under the pointer. */
export async function clickWord(page: Page, word: string, button: 'left' | 'right' = 'left'): Promise<void> {
  const { x, y } = await placeOf(page, word)
  await page.mouse.move(x - 2, y)
  await page.mouse.move(x, y)
  await page.mouse.click(x, y, { button })
}
