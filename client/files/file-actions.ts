import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { filesApi } from './files-api.ts'
import { messages } from './locale.ts'
import { renameTabs } from './tabs.ts'
import { isInside, nameOf, parentOf } from './tree.ts'
import { startUploads } from './uploads.ts'
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

/** Renames; open tabs of the file, or of files inside the folder, go along at once. */
export async function renameEntry(bench: Workbench, from: string, to: string): Promise<void> {
  await filesApi.rename.mutate({ workspaceId: bench.workspaceId, from, to })
  const moved = (path: string): string => (isInside(path, from) ? to + path.slice(from.length) : path)
  for (const path of Object.keys(bench.store.getState().files))
    if (moved(path) !== path) bench.files.rename(path, moved(path))
  bench.setLayout(renameTabs(bench.store.getState().layout, moved))
}

/** Deletes, names the colleagues inside, and can be undone for ten seconds (behaviour 15). */
export async function deleteEntry(bench: Workbench, path: string): Promise<void> {
  const { t } = messages
  const { workspaceId } = bench
  try {
    const { trashId, openBy } = await filesApi.delete.mutate({ workspaceId, path })
    const people = openBy.map((p) => p.name).join(', ')
    const name = nameOf(path)
    const undo = async (): Promise<void> => {
      try {
        const restored = await filesApi.restore.mutate({ workspaceId, trashId })
        announce(t('tree.restored', { name: nameOf(restored.path) }))
        bench.reveal(restored.path)
      } catch (error) {
        tellFailure(error)
      }
    }
    showToast({
      text: people === '' ? t('tree.deleted', { name }) : t('tree.deletedWithPeople', { name, people }),
      timeoutMs: UNDO_MS,
      action: { label: common.t('action.undo'), run: () => void undo() },
    })
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

/** Asks for files of this machine and uploads them into a folder. */
export function pickFiles(bench: Workbench, folder: string): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.onchange = () =>
    startUploads(
      bench.workspaceId,
      Array.from(input.files ?? [], (file) => ({ file, path: file.name })),
      folder,
    )
  input.click()
}

export const folderOf = (path: string | null): string => (path === null ? '' : parentOf(path))
