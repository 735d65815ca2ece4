import { mergeText } from '#shared/text-merge.ts'
import type { NowText } from './moment-view.tsx'

/** Makes the file the text of a moment. Answers what takes that back, and keeps what anybody wrote since. */
export function restoreText(now: Pick<NowText, 'read' | 'replace'>, wanted: string): () => void {
  const before = now.read()
  now.replace(wanted)
  return () => now.replace(mergeText(wanted, now.read(), before))
}
