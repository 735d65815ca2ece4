import { readStored, writeStored } from './storage.ts'

const KEY = 'guestOf'

/** Notes which workspace this browser is a guest of: a link that ends takes its cookie along, and nothing else tells. */
export function noteGuest(workspaceId: string): void {
  if (readStored(KEY) !== workspaceId) writeStored(KEY, workspaceId)
}

/** Whether this browser came to the page at this path as a guest, the last time it was one. */
export function wasGuestAt(path: string): boolean {
  const workspaceId = readStored(KEY)
  return workspaceId !== null && /^\/w\/([^/?#]+)/.exec(path)?.[1] === workspaceId
}
