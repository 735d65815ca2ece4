import type { monaco } from '../editor/monaco.ts'
import { messages } from './locale.ts'
import { changesIn } from './monaco-changes.ts'
import type { DiffAuthor, DiffChange, LineRange } from './types.ts'

type Decoration = monaco.editor.IModelDeltaDecoration

const personOf = ({ color }: DiffAuthor): number => ((color % 8) + 8) % 8

function decorate({ from, to }: LineRange, author: DiffAuthor): Decoration[] {
  if (from === to) return []
  const machine = author.isMachine === true ? ' is-agent' : ''
  const thread: Decoration = {
    range: { startLineNumber: from, startColumn: 1, endLineNumber: to - 1, endColumn: 1 },
    options: {
      isWholeLine: true,
      linesDecorationsClassName: `author-thread person-${personOf(author)}${machine}`,
    },
  }
  const name: Decoration = {
    range: {
      startLineNumber: from,
      startColumn: Number.MAX_SAFE_INTEGER,
      endLineNumber: from,
      endColumn: Number.MAX_SAFE_INTEGER,
    },
    options: {
      showIfCollapsed: true,
      after: {
        content: `\u2003${messages.t('by', { name: author.name })}`,
        inlineClassName: `diff-author person-${personOf(author)}`,
      },
    },
  }
  return [thread, name]
}

/** The thread of whoever made each change, with their name at its first line. */
export function showAuthors(
  editor: monaco.editor.IDiffEditor,
  authorOf: ((change: DiffChange) => DiffAuthor | null) | undefined,
): () => void {
  if (authorOf === undefined) return () => undefined
  const onOriginal = editor.getOriginalEditor().createDecorationsCollection()
  const onModified = editor.getModifiedEditor().createDecorationsCollection()
  const draw = (): void => {
    const known = (changesIn(editor) ?? []).flatMap((change) => {
      const author = authorOf(change)
      return author === null ? [] : [{ ...change, author }]
    })
    onModified.set(known.flatMap(({ modified, author }) => decorate(modified, author)))
    // Lines that are gone have nobody on the other side to tell whose doing it was.
    onOriginal.set(
      known.filter(({ modified }) => modified.from === modified.to).flatMap((c) => decorate(c.original, c.author)),
    )
  }
  const listening = editor.onDidUpdateDiff(draw)
  draw()
  return () => {
    listening.dispose()
    onOriginal.clear()
    onModified.clear()
  }
}
