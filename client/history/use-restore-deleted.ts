import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeletedFile } from '#shared/api/files.ts'
import { describeError, hasCode } from '../platform/api-error.ts'
import { api } from '../platform/api.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { deletedFiles } from './history-api.ts'
import { messages } from './locale.ts'

/** Makes a deleted file again, and says where it is now or what kept it. */
export function useRestoreDeleted(workspaceId: string, onOpenFile: (path: string) => void) {
  const client = useQueryClient()
  const [busyId, setBusyId] = useState<string | null>(null)
  const restore = async ({ documentId, path: from }: DeletedFile): Promise<boolean> => {
    setBusyId(documentId)
    try {
      const { path } = await api.files.restoreDeleted.mutate({ workspaceId, documentId })
      const text =
        path === from ? messages.t('deleted.restored', { path }) : messages.t('deleted.numbered', { path, from })
      announce(text)
      showToast({ text, action: { label: messages.t('deleted.open'), run: () => onOpenFile(path) } })
      return true
    } catch (error) {
      // Somebody else was faster, or a program.
      const text = hasCode(error, 'not_found', 'path_exists')
        ? messages.t('deleted.isBack', { path: from })
        : `${messages.t('deleted.notRestored', { path: from })} ${describeError(error)}`
      showToast({ kind: 'error', text })
      return false
    } finally {
      setBusyId(null)
      await client.invalidateQueries({ queryKey: deletedFiles(workspaceId).queryKey })
    }
  }
  return { busyId, restore }
}
