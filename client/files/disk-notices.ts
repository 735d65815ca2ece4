import type { ErrorCode } from '#shared/errors.ts'
import type { DocumentId } from '#shared/ids.ts'
import { isErrorCode, sentenceFor } from '../platform/api-error.ts'
import { announce } from '../ui/announcer.ts'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import type { DiskStatus, WorkbenchStore } from './state.ts'
import { nameOf } from './tree.ts'

const NOTICE_MS = 20_000

interface DiskNews {
  readonly documentId: DocumentId | string
  readonly status: DiskStatus
  /** the server's code for why, where it gave one */
  readonly message?: string | undefined
}

/** Keeps how far a document is on the disk. A failure is told once with its reason, and so is its end. */
export function noteDisk(store: WorkbenchStore, { documentId, status, message }: DiskNews): void {
  const { disk, diskFailures, files } = store.getState()
  const path = Object.keys(files).find((p) => {
    const file = files[p]
    return file?.status === 'open' && file.session.documentId === documentId
  })
  const name = path === undefined ? null : nameOf(path)
  const before = diskFailures[documentId]
  store.setState({ disk: { ...disk, [documentId]: status } })
  switch (status) {
    case 'failed': {
      const code: ErrorCode = isErrorCode(message) ? message : 'internal'
      if (code === before) return
      store.setState({ diskFailures: { ...diskFailures, [documentId]: code } })
      // Of a file that is gone, the bar over its text says so, with what can be done.
      if (name !== null && code !== 'path_not_found')
        showToast({
          kind: 'error',
          text: messages.t('disk.failed', { name, reason: sentenceFor(code) }),
          timeoutMs: NOTICE_MS,
        })
      return
    }
    case 'on-disk': {
      if (before === undefined) return
      const { [documentId]: _over, ...rest } = diskFailures
      store.setState({ diskFailures: rest })
      if (name !== null) {
        announce(messages.t('disk.again', { name }))
        showToast({ text: messages.t('disk.again', { name }) })
      }
      return
    }
    case 'writing':
      // Another try is under way; what the last one failed with still stands.
      return
    default:
      status satisfies never
  }
}
