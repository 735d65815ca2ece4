import { memo } from 'react'
import { ChevronsDownUp, FilePlus, FolderPlus, FolderUp, Upload } from 'lucide-react'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { messages } from './locale.ts'
import { NameField } from './name-field.tsx'
import { canPickFolder, pickFiles, pickFolder } from './pick-uploads.ts'
import { canWrite } from './state.ts'
import { cursorFolder } from './tree.ts'
import { TreeRows } from './tree-rows.tsx'
import { useBench, useWorkbench } from './workbench.ts'

/** The workspace's files, with what can be added to them. */
export const FileTree = memo(function FileTree() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const state = useBench((s) => s.tree)
  const role = useBench((s) => s.role)
  const naming = useBench((s) => s.naming)
  const folderNow = (): string => {
    const { selection, tree } = bench.store.getState()
    return tree.status === 'ready' ? cursorFolder(tree.tree, selection.cursor) : ''
  }
  const startNaming = (kind: 'file' | 'folder') =>
    bench.store.setState({ naming: { type: 'create', kind, folder: folderNow() } })
  return (
    <section aria-label={t('tree.label')} className="flex h-full min-h-0 flex-col bg-side">
      <header className="flex h-9 shrink-0 items-center gap-0.5 pr-1 pl-3">
        <h2 className="flex-1 truncate text-13 font-semibold">{t('tree.label')}</h2>
        {canWrite(role) && (
          <>
            <IconButton icon={FilePlus} label={t('tree.newFile')} onClick={() => startNaming('file')} />
            <IconButton icon={FolderPlus} label={t('tree.newFolder')} onClick={() => startNaming('folder')} />
            <IconButton icon={Upload} label={t('tree.upload')} onClick={() => pickFiles(bench, folderNow())} />
            {canPickFolder && (
              <IconButton
                icon={FolderUp}
                label={t('tree.uploadFolder')}
                onClick={() => pickFolder(bench, folderNow())}
              />
            )}
          </>
        )}
        <IconButton
          icon={ChevronsDownUp}
          label={t('tree.collapse')}
          onClick={() => bench.store.setState({ expanded: new Set() })}
        />
      </header>
      {naming?.type === 'create' && <NameField naming={naming} />}
      {state.status === 'loading' && (
        <div className="px-3">
          <Skeleton rows={6} />
        </div>
      )}
      {state.status === 'failed' && (
        <div className="grid gap-2 px-3">
          <Notice tone="error">
            {t('tree.failed')} {describeError(state.error)}
          </Notice>
          <Button onClick={() => void bench.live.reloadTree()}>{common.t('action.retry')}</Button>
        </div>
      )}
      {state.status === 'ready' && <TreeRows />}
    </section>
  )
})
