import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import type { Taken } from './upload-state.ts'
import { startUploads, type Upload } from './uploads.ts'
import type { Workbench } from './workbench.ts'

/** Uploads into a folder of the tree, which knows most of the names that are taken. */
export function uploadInto(
  { workspaceId, store }: Pick<Workbench, 'workspaceId' | 'store'>,
  folder: string,
  content: Pick<Upload, 'files' | 'emptyFolders'>,
): void {
  const takenBy = (path: string): Taken | null => {
    const { tree } = store.getState()
    const kind = tree.status === 'ready' ? tree.tree.entries.get(path)?.kind : undefined
    return kind === 'file' || kind === 'folder' ? kind : null
  }
  const workspaceName = store.getState().info?.name ?? ''
  startUploads({ workspaceId, workspaceName, folder, takenBy, ...content })
}

/** Asks for files of this machine and uploads them into a folder. */
export function pickFiles(bench: Workbench, folder: string): void {
  choose({}, (files) => uploadInto(bench, folder, { files: files.map((file) => ({ file, path: file.name })) }))
}

/** Some browsers, on phones above all, choose no folders. */
export const canPickFolder = 'webkitdirectory' in HTMLInputElement.prototype

/** Asks for a folder of this machine and uploads all its files; browsers tell nothing of empty folders in it. */
export function pickFolder(bench: Workbench, folder: string): void {
  choose({ webkitdirectory: true }, (files) => {
    if (files.length === 0) return void showToast({ text: messages.t('upload.noFiles') })
    uploadInto(bench, folder, {
      files: files.map((file) => ({ file, path: file.webkitRelativePath.normalize('NFC') })),
    })
  })
}

function choose(kind: { readonly webkitdirectory?: boolean }, take: (files: readonly File[]) => void): void {
  const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true, ...kind })
  input.onchange = () => take([...(input.files ?? [])])
  input.click()
}
