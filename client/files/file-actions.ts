import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { filesApi } from './files-api.ts'
import { messages } from './locale.ts'
import { renameTabs } from './tabs.ts'
import { isInside, nameOf, parentOf } from './tree.ts'
import { outermost } from './tree-selection.ts'
import type { Workbench } from './workbench.ts'

const UNDO_MS = 10_000

const tellFailure = (error: unknown): void => void showToast({ kind: 'error', text: describeError(error) })

/** Creates a file, which then opens, or a folder, which then is open in the tree. */
export async function createEntry(bench: Workbench, path: string, kind: 'file' | 'folder'): Promise<void> {
  await filesApi.create.mutate({ workspaceId: bench.workspaceId, path, kind })
  bench.reveal(path)
  if (kind === 'file') bench.open(path)
  else bench.store.setState(({ expanded }) => ({ expanded: new Set([...expanded, path]) }))
}

/** Renames or moves; open tabs and open folders go along at once. */
export async function renameEntry(bench: Workbench, from: string, to: string): Promise<void> {
  await filesApi.rename.mutate({ workspaceId: bench.workspaceId, from, to })
  const moved = (path: string): string => (isInside(path, from) ? to + path.slice(from.length) : path)
  for (const path of Object.keys(bench.store.getState().files))
    if (moved(path) !== path) bench.files.rename(path, moved(path))
  bench.store.setState(({ expanded }) => ({ expanded: new Set([...expanded].map(moved)) }))
  bench.setLayout(renameTabs(bench.store.getState().layout, moved))
}

/** Deletes, names the colleagues inside, and can be undone for ten seconds as one (behaviour 15). */
export async function deleteEntries(bench: Workbench, paths: Iterable<string>): Promise<void> {
  const { t } = messages
  const { workspaceId } = bench
  const deleted: { name: string; trashId: string }[] = []
  const inside = new Set<string>()
  for (const path of outermost(paths)) {
    try {
      const { trashId, openBy } = await filesApi.delete.mutate({ workspaceId, path })
      deleted.push({ name: nameOf(path), trashId })
      for (const { name } of openBy) inside.add(name)
    } catch (error) {
      tellFailure(error)
    }
  }
  const [first] = deleted
  if (first === undefined) return
  const facts = { count: deleted.length, name: first.name, people: [...inside].join(', ') }
  showToast({
    text:
      inside.size === 0
        ? t(deleted.length === 1 ? 'tree.deleted' : 'tree.deletedMany', facts)
        : t(deleted.length === 1 ? 'tree.deletedWithPeople' : 'tree.deletedManyWithPeople', facts),
    timeoutMs: UNDO_MS,
    action: { label: common.t('action.undo'), run: () => void restoreEntries(bench, deleted) },
  })
}

async function restoreEntries(
  bench: Workbench,
  deleted: readonly { readonly name: string; readonly trashId: string }[],
): Promise<void> {
  const restored: string[] = []
  for (const { trashId } of deleted) {
    try {
      const { path } = await filesApi.restore.mutate({ workspaceId: bench.workspaceId, trashId })
      bench.reveal(path)
      restored.push(path)
    } catch (error) {
      tellFailure(error)
    }
  }
  const [first] = restored
  if (first === undefined) return
  announce(
    messages.t(restored.length === 1 ? 'tree.restored' : 'tree.restoredMany', {
      count: restored.length,
      name: nameOf(first),
    }),
  )
  bench.choose(restored)
}

/** Asks for what an ignored folder holds, which the tree leaves out until somebody looks into it. */
export async function listIgnored(bench: Workbench, folder: string): Promise<void> {
  try {
    await bench.live.listFolder(folder)
  } catch (error) {
    tellFailure(error)
  }
}

/** Lets the browser fetch an address as a file. */
export function download(url: string, fileName = ''): void {
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
}

/** Puts a text on the clipboard, or shows it where the browser refuses (behaviour 12). */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    announce(common.t('action.copied'))
    showToast({ text: common.t('action.copied'), timeoutMs: 2_000 })
  } catch {
    showToast({ text: messages.t('link.notCopied', { link: text }), timeoutMs: 20_000 })
  }
}

export const folderOf = (path: string | null): string => (path === null ? '' : parentOf(path))
