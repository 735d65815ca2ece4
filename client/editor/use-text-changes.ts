import { useEffect, useEffectEvent } from 'react'
import type { MountedEditor } from './code-editor.tsx'

/** Typing never waits for what hangs at places of the text: Monaco moves what is drawn along meanwhile. */
const QUIET_MS = 120

/** Tells a moment after the text of an editor changed, and at once when it shows another one or recovery replaced it. */
export function useTextChanges({ editor, open }: MountedEditor, onChange: () => void): void {
  const tell = useEffectEvent(onChange)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const later = (): void => {
      timer ??= setTimeout(() => {
        timer = null
        tell()
      }, QUIET_MS)
    }
    const listening = [open.model.onDidChangeContent(later), editor.onDidChangeModel(() => tell())]
    const stop = open.onBound(() => tell())
    return () => {
      if (timer !== null) clearTimeout(timer)
      for (const one of listening) one.dispose()
      stop()
    }
  }, [editor, open])
}
