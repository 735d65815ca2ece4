import { useState } from 'react'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { announce } from '../ui/announcer.ts'
import { Button } from '../ui/button.tsx'
import { showToast } from '../ui/toast.ts'
import { filesApi } from './files-api.ts'
import { messages } from './locale.ts'
import { canWrite } from './state.ts'
import { closeTab } from './tabs.ts'
import { nameOf } from './tree.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** The file was deleted under an open document: people decide whether it is to be a file again. */
export function GoneBar({ groupId, path, documentId }: { groupId: number; path: string; documentId: string }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const isWritable = canWrite(useBench((s) => s.role))
  const [isBusy, setBusy] = useState(false)
  const keep = async (): Promise<void> => {
    setBusy(true)
    try {
      await filesApi.keep.mutate({ workspaceId: bench.workspaceId, documentId })
      announce(t('editor.kept', { name: nameOf(path) }))
    } catch (error) {
      showToast({ kind: 'error', text: describeError(error) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <div role="status" className="flex flex-wrap items-center gap-2 border-b border-line bg-raised px-3 py-1 text-12">
      <p className="min-w-0 flex-1 text-warning">{t('editor.gone')}</p>
      {isWritable && (
        <Button isBusy={isBusy} onClick={() => void keep()}>
          {t('editor.keep')}
        </Button>
      )}
      <Button onClick={() => bench.setLayout(closeTab(bench.store.getState().layout, groupId, path))}>
        {t('editor.letGo')}
      </Button>
    </div>
  )
}
