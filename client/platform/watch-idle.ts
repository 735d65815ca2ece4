const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'focus'] as const

/** Tells when nobody touched this tab for so long, and when somebody does again. */
export function watchIdle(afterMs: number, onChange: (isIdle: boolean) => void): () => void {
  let isIdle = false
  let touchedAt = Date.now()
  const check = (): void => {
    const left = touchedAt + afterMs - Date.now()
    if (left > 0) timer = setTimeout(check, left)
    else onChange((isIdle = true))
  }
  let timer = setTimeout(check, afterMs)
  // A key costs a note of the time, and no timer.
  const touch = (): void => {
    touchedAt = Date.now()
    if (!isIdle) return
    onChange((isIdle = false))
    timer = setTimeout(check, afterMs)
  }
  for (const sign of SIGNS) window.addEventListener(sign, touch, { capture: true, passive: true })
  return () => {
    clearTimeout(timer)
    for (const sign of SIGNS) window.removeEventListener(sign, touch, { capture: true })
  }
}
