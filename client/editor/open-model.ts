import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { type Author, type AuthorThread, showAuthorThread } from './author-thread.ts'
import { languageOf } from './language-of.ts'
import { monaco } from './monaco.ts'
import { bindText, type TextBinding } from './text-binding.ts'

/** What the editor needs of a shared document; `client/sync` has it. */
export interface SharedText {
  readonly documentId: string
  readonly path: () => string
  readonly replica: () => { readonly text: Y.Text; readonly awareness: Awareness }
  readonly isReadOnly: () => boolean
  readonly isReady: () => boolean
  readonly subscribe: (listener: () => void) => () => void
}

/** A document in Monaco: it outlives the tabs that show it, so that undo and scroll are kept. */
export interface OpenModel {
  readonly shared: SharedText
  readonly model: monaco.editor.ITextModel
  /** null until the text has arrived */
  readonly binding: () => TextBinding | null
  /** called at once where bound, and again after each recovery */
  readonly onBound: (listener: (binding: TextBinding) => void) => () => void
  /** The thread of who wrote there, where no cursor tells it: offsets, `to` exclusive. */
  readonly noteWritten: (range: { readonly from: number; readonly to: number }, author: Author) => void
  /** the file has another name: its language may be another too */
  readonly followPath: () => void
  readonly dispose: () => void
}

/** A bug each, healed before anybody loses by it; told without the text. */
let repairs = 0

/** Binds a shared document to a model as soon as its text is there, and again when recovery replaced it. */
export function openModel(shared: SharedText): OpenModel {
  const uri = monaco.Uri.from({
    scheme: 'pairloom',
    authority: shared.documentId.toLowerCase(),
    path: `/${shared.path()}`,
  })
  // An editor that lets go of a model later than a new opening would find the old one.
  monaco.editor.getModel(uri)?.dispose()
  const model = monaco.editor.createModel('', undefined, uri)
  const listeners = new Set<(binding: TextBinding) => void>()
  let bound: { readonly text: Y.Text; readonly binding: TextBinding; readonly thread: AuthorThread } | null = null

  const release = (): void => {
    bound?.thread.stop()
    bound?.binding.dispose()
    bound = null
  }
  const update = (): void => {
    const { text, awareness } = shared.replica()
    if (bound?.text === text || !shared.isReady()) return
    release()
    const binding = bindText(text, model, (repair) => {
      repairs += 1
      console.warn(`The editor differed from the shared text and was corrected (${repair}, ${repairs} in all).`)
    })
    bound = { text, binding, thread: showAuthorThread(model, awareness, binding) }
    for (const listener of listeners) listener(binding)
  }
  const stop = shared.subscribe(update)
  update()
  return {
    shared,
    model,
    binding: () => bound?.binding ?? null,
    onBound: (listener) => {
      listeners.add(listener)
      if (bound !== null) listener(bound.binding)
      return () => listeners.delete(listener)
    },
    noteWritten: (range, author) => bound?.thread.note(range, author),
    followPath: () => monaco.editor.setModelLanguage(model, languageOf(shared.path())),
    dispose: () => {
      stop()
      release()
      listeners.clear()
      model.dispose()
    },
  }
}
