import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { countOf, expectAllOnce, mustRun, run, startRepository } from '../support/disk.ts'
import { openPair, PAIR_TEXT, whileTyping } from '../support/pair.ts'
import { useProduct } from '../support/use-product.ts'

const site = useProduct()

test('[K5] git checks out another branch while two people type', async ({ browser }) => {
  const pair = await openPair(browser, site, 'notes.txt', async (folder) => {
    await startRepository(folder)
    await mustRun(folder, 'git', 'checkout', '--quiet', '-b', 'other')
    await writeFile(path.join(folder, 'notes.txt'), PAIR_TEXT.replaceAll('old', 'of the branch'))
    await writeFile(path.join(folder, 'new.txt'), 'only there\n')
    await mustRun(folder, 'git', 'add', '--all')
    await mustRun(folder, 'git', 'commit', '--quiet', '--message', 'other')
    await mustRun(folder, 'git', 'checkout', '--quiet', 'main')
  })
  const tokens = await whileTyping(pair, 'notes.txt', async () => {
    // With what is on the disk and in no commit: git merges that by itself, or refuses the checkout.
    await mustRun(pair.folder, 'git', 'checkout', '--quiet', '--merge', 'other')
    await expect(pair.jun.page.getByRole('treeitem', { name: 'new.txt, created by git' })).toBeVisible()
  })
  const text = await expectAllOnce(pair.folder, 'notes.txt', pair.people, [
    ...tokens,
    'title: of the branch',
    'middle',
    'end: of the branch',
  ])
  expect(text).not.toContain('old')
  expect(countOf(text, '\n')).toBe(countOf(PAIR_TEXT, '\n'))
  await pair.close()
})

test('[K5] git pulls a conflict into a file in which two people type', async ({ browser }) => {
  const pair = await openPair(browser, site, 'notes.txt', startRepository)
  const { folder } = pair
  const origin = path.join(folder, '../origin')
  await mustRun(folder, 'git', 'clone', '--quiet', '.', '../origin')
  await mustRun(folder, 'git', 'remote', 'add', 'origin', origin)
  await writeFile(path.join(origin, 'notes.txt'), PAIR_TEXT.replace('end: old', 'end: theirs'))
  await mustRun(origin, 'git', 'commit', '--quiet', '--all', '--message', 'theirs')
  await mustRun(folder, 'sed', '-i', 's/end: old/end: ours/', 'notes.txt')

  const tokens = await whileTyping(pair, 'notes.txt', async () => {
    // Git refuses while something is on the disk and in no commit: people commit and pull again.
    await expect
      .poll(
        async () => {
          await run(folder, 'git', 'commit', '--quiet', '--all', '--message', 'ours')
          const { output } = await run(folder, 'git', 'pull', '--quiet', '--no-rebase', 'origin', 'main')
          return output
        },
        { timeout: 20_000 },
      )
      .toContain('CONFLICT')
  })
  await expectAllOnce(folder, 'notes.txt', pair.people, [
    ...tokens,
    'title: old',
    'middle',
    '<<<<<<< HEAD\n',
    '=======\n',
    '>>>>>>> ',
    'end: ours',
    'end: theirs',
  ])
  await rm(origin, { recursive: true })
  await pair.close()
})
