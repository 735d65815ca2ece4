import type { NoticeInfo } from '#shared/api/inbox.ts'
import { readStored, writeStored } from '../platform/storage.ts'
import { messages } from './locale.ts'
import { sayNotice } from './sentences.ts'

const WANTED_KEY = 'inbox.system'

export type SystemNotices = 'on' | 'off' | 'denied' | 'absent'

/** Whether this device shows notices through the system: by the person's wish and the browser's leave. */
export function systemNotices(): SystemNotices {
  if (!('Notification' in globalThis) || !globalThis.isSecureContext) return 'absent'
  if (Notification.permission === 'denied') return 'denied'
  return readStored(WANTED_KEY) === 'true' && Notification.permission === 'granted' ? 'on' : 'off'
}

/** Asks the browser where it has not been asked; must be called from a press. */
export async function wantSystemNotices(isWanted: boolean): Promise<SystemNotices> {
  if (isWanted && systemNotices() === 'off') await Notification.requestPermission()
  writeStored(WANTED_KEY, isWanted && Notification.permission === 'granted' ? 'true' : null)
  return systemNotices()
}

/** Only where the person does not look at this page; several tabs show each notice once. */
export function showThroughSystem(notices: readonly NoticeInfo[], open: () => void): void {
  if (document.visibilityState === 'visible' || systemNotices() !== 'on') return
  for (const notice of notices) {
    const title = notice.workspace?.name ?? messages.t('title')
    const shown = new Notification(title, { body: sayNotice(notice), tag: notice.id })
    shown.addEventListener('click', () => {
      window.focus()
      shown.close()
      open()
    })
  }
}
