import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { renameEntry } from './file-actions.ts'
import { messages } from './locale.ts'
import { nameOf } from './tree.ts'
import { planMove } from './tree-selection.ts'
import type { Workbench } from './workbench.ts'

const UNDO_MS = 10_000

export const folderName = (folder: string): string => (folder === '' ? messages.t('tree.root') : nameOf(folder))

/** Moves files and folders into a folder, one after the other; what could be moved is undone together. */
export async function moveEntries(bench: Workbench, paths: Iterable<string>, folder: string): Promise<void> {
  const { t } = messages
  const plan = planMove(paths, folder)
  const moved: { from: string; to: string }[] = []
  for (const one of plan) {
    try {
      await renameEntry(bench, one.from, one.to)
      moved.push(one)
    } catch (error) {
      showToast({ kind: 'error', text: t('tree.notMoved', { name: nameOf(one.from), reason: describeError(error) }) })
    }
  }
  if (moved.length === 0) return
  if (folder !== '') bench.store.setState(({ expanded }) => ({ expanded: new Set([...expanded, folder]) }))
  bench.choose(moved.map(({ to }) => to))
  const facts = { count: moved.length, name: nameOf(moved[0]?.to ?? ''), folder: folderName(folder) }
  const text = t(moved.length === 1 ? 'tree.moved' : 'tree.movedMany', facts)
  showToast({
    text,
    timeoutMs: UNDO_MS,
    action: { label: common.t('action.undo'), run: () => void takeBack(bench, moved) },
  })
}

async function takeBack(bench: Workbench, moved: readonly { from: string; to: string }[]): Promise<void> {
  for (const { from, to } of moved.toReversed()) {
    try {
      await renameEntry(bench, to, from)
    } catch (error) {
      showToast({
        kind: 'error',
        text: messages.t('tree.notMoved', { name: nameOf(to), reason: describeError(error) }),
      })
    }
  }
  bench.choose(moved.map(({ from }) => from))
}

/** Marks entries to be moved by Paste; they stay where they are until then. */
export function cutEntries(bench: Workbench, paths: readonly string[]): void {
  bench.store.setState({ cut: new Set(paths) })
  announce(messages.t('tree.cutDone', { count: paths.length }))
}

/** Moves what was cut into this folder. */
export async function pasteEntries(bench: Workbench, folder: string): Promise<void> {
  const { cut } = bench.store.getState()
  bench.store.setState({ cut: new Set() })
  await moveEntries(bench, cut, folder)
}
