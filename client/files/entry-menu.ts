import type { TreeEntry } from '#shared/protocol/agent.ts'
import {
  ClipboardPaste,
  Columns2,
  Copy,
  Download,
  FilePlus,
  FolderPlus,
  FolderUp,
  Pencil,
  Scissors,
  Trash2,
  Upload,
} from 'lucide-react'
import { keyLabel } from '../platform/keys.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { copyText, deleteEntries, download } from './file-actions.ts'
import { archiveUrl, fileUrl } from './files-api.ts'
import { messages } from './locale.ts'
import { cutEntries, pasteEntries } from './move-entries.ts'
import { canPickFolder, pickFiles, pickFolder } from './pick-uploads.ts'
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
  const pasting: MenuEntry[] =
    bench.store.getState().cut.size === 0
      ? []
      : [
          {
            type: 'item',
            label: t('tree.paste'),
            icon: ClipboardPaste,
            shortcut: keyLabel('Mod+V'),
            run: () => void pasteEntries(bench, folder),
          },
        ]
  const writing: MenuEntry[] = [
    { type: 'item', label: t('tree.newFile'), icon: FilePlus, run: create('file') },
    { type: 'item', label: t('tree.newFolder'), icon: FolderPlus, run: create('folder') },
    { type: 'item', label: t('tree.upload'), icon: Upload, run: () => pickFiles(bench, folder) },
    ...(canPickFolder
      ? [
          {
            type: 'item' as const,
            label: t('tree.uploadFolder'),
            icon: FolderUp,
            run: () => pickFolder(bench, folder),
          },
        ]
      : []),
    { type: 'separator' },
    {
      type: 'item',
      label: t('tree.cut'),
      icon: Scissors,
      shortcut: keyLabel('Mod+X'),
      run: () => cutEntries(bench, [entry.path]),
    },
    ...pasting,
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
      run: () => void deleteEntries(bench, [entry.path]),
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

/** What one can do with several at once. */
export function entriesMenu(bench: Workbench, paths: readonly string[], isWritable: boolean): MenuEntry[] {
  const { t } = messages
  const writing: MenuEntry[] = [
    {
      type: 'item',
      label: t('tree.cut'),
      icon: Scissors,
      shortcut: keyLabel('Mod+X'),
      run: () => cutEntries(bench, paths),
    },
    {
      type: 'item',
      label: t('tree.deleteMany', { count: paths.length }),
      icon: Trash2,
      shortcut: 'Delete',
      isDangerous: true,
      run: () => void deleteEntries(bench, paths),
    },
  ]
  return [
    { type: 'heading', label: t('tree.several', { count: paths.length }) },
    ...(isWritable ? writing : []),
    { type: 'item', label: t('tree.copyPaths'), icon: Copy, run: () => void copyText(paths.join('\n')) },
  ]
}
