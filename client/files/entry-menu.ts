import type { TreeEntry } from '#shared/protocol/agent.ts'
import { Columns2, Copy, Download, FilePlus, FolderPlus, Pencil, Trash2, Upload } from 'lucide-react'
import type { MenuEntry } from '../ui/menu.tsx'
import { copyText, deleteEntry, download, pickFiles } from './file-actions.ts'
import { archiveUrl, fileUrl } from './files-api.ts'
import { messages } from './locale.ts'
import { isFolder, parentOf } from './tree.ts'
import type { Workbench } from './workbench.ts'

/** What one can do with a file or folder; only what this person may do is listed. */
export function entryMenu(bench: Workbench, entry: TreeEntry, isWritable: boolean): MenuEntry[] {
  const { t } = messages
  const folder = isFolder(entry) ? entry.path : parentOf(entry.path)
  const create = (kind: 'file' | 'folder') => () => {
    if (folder !== '') bench.store.setState(({ expanded }) => ({ expanded: new Set([...expanded, folder]) }))
    bench.store.setState({ naming: { type: 'create', kind, folder } })
  }
  const opening: MenuEntry[] = isFolder(entry)
    ? []
    : [
        { type: 'item', label: t('tree.open'), run: () => bench.open(entry.path) },
        {
          type: 'item',
          label: t('tree.openBeside'),
          icon: Columns2,
          run: () => bench.open(entry.path, { beside: true }),
        },
        { type: 'separator' },
      ]
  const writing: MenuEntry[] = [
    { type: 'item', label: t('tree.newFile'), icon: FilePlus, run: create('file') },
    { type: 'item', label: t('tree.newFolder'), icon: FolderPlus, run: create('folder') },
    { type: 'item', label: t('tree.upload'), icon: Upload, run: () => pickFiles(bench, folder) },
    { type: 'separator' },
    {
      type: 'item',
      label: t('tree.rename'),
      icon: Pencil,
      shortcut: 'F2',
      run: () => bench.store.setState({ naming: { type: 'rename', path: entry.path } }),
    },
    {
      type: 'item',
      label: t('tree.delete'),
      icon: Trash2,
      shortcut: 'Delete',
      isDangerous: true,
      run: () => void deleteEntry(bench, entry.path),
    },
    { type: 'separator' },
  ]
  return [
    ...opening,
    ...(isWritable ? writing : []),
    {
      type: 'item',
      label: isFolder(entry) ? t('tree.downloadZip') : t('tree.download'),
      icon: Download,
      run: () =>
        download(isFolder(entry) ? archiveUrl(bench.workspaceId, entry.path) : fileUrl(bench.workspaceId, entry.path)),
    },
    { type: 'item', label: t('tree.copyPath'), icon: Copy, run: () => void copyText(entry.path) },
  ]
}
