/** Tokens come in ones and twos; together they are one message that no eye tells from the single ones. */
const COALESCE_MS = 40

/** Passes on a growing text in pieces, each with the offset where it begins. */
export function createProgress(send: (offset: number, text: string) => void) {
  let sent = 0
  let waiting = ''
  let timer: ReturnType<typeof setTimeout> | null = null
  const flush = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
    if (waiting === '') return
    send(sent, waiting)
    sent += waiting.length
    waiting = ''
  }
  return {
    add(text: string): void {
      waiting += text
      timer ??= setTimeout(flush, COALESCE_MS)
    },
    end: flush,
  }
}
