import { Awareness } from 'y-protocols/awareness'
import { MonacoBinding } from 'y-monaco'
import * as Y from 'yjs'
import { monaco } from '../../../client/editor/monaco.ts'
import { bindText, type Repair } from '../../../client/editor/text-binding.ts'
import { linkDocuments, type Link } from './link.ts'

/** whose binding keeps editor and text the same */
export type Kind = 'ours' | 'y-monaco'

export interface Side {
  readonly doc: Y.Doc
  readonly text: Y.Text
  readonly awareness: Awareness
  readonly model: monaco.editor.ITextModel
  readonly editor: monaco.editor.IStandaloneCodeEditor
  /** the corrections nobody expected */
  readonly repairs: readonly Repair[]
  /** ends the binding alone; editor, model and text live on */
  readonly unbind: () => void
}

export interface Pair {
  readonly left: Side
  readonly right: Side
  readonly link: Link
}

const OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  model: null,
  // As the product's editor has it.
  editContext: false,
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  quickSuggestions: false,
  autoClosingBrackets: 'never',
  autoIndent: 'none',
  minimap: { enabled: false },
}

function openSide(kind: Kind, id: 'left' | 'right', doc: Y.Doc): Side {
  const node = document.getElementById(id)
  if (node === null) throw new Error(`no #${id}`)
  const text = doc.getText('content')
  const awareness = new Awareness(doc)
  const model = monaco.editor.createModel('', 'plaintext', monaco.Uri.parse(`test:/${id}`))
  const editor = monaco.editor.create(node, { ...OPTIONS })
  editor.setModel(model)
  if (kind === 'y-monaco') {
    const binding = new MonacoBinding(text, model, new Set([editor]), awareness)
    return { doc, text, awareness, model, editor, repairs: [], unbind: () => binding.destroy() }
  }
  const repairs: Repair[] = []
  const binding = bindText(text, model, (repair) => repairs.push(repair))
  const detach = binding.attach(editor)
  const unbind = (): void => {
    detach()
    binding.dispose()
  }
  return { doc, text, awareness, model, editor, repairs, unbind }
}

let close: (() => void) | null = null

/** Two editors on two documents that begin with the same text, linked without delay; ends the pair before. */
export function openPair(kind: Kind, initial: string, clientIds: readonly [number, number] = [1, 2]): Pair {
  close?.()
  const seed = new Y.Doc()
  seed.clientID = 3
  seed.getText('content').insert(0, initial)
  const [leftDoc, rightDoc] = clientIds.map((clientId) => {
    const doc = new Y.Doc()
    doc.clientID = clientId
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(seed))
    return doc
  })
  if (leftDoc === undefined || rightDoc === undefined) throw new Error('a pair has two documents')
  const left = openSide(kind, 'left', leftDoc)
  const right = openSide(kind, 'right', rightDoc)
  close = () => {
    for (const { awareness, model, editor, unbind, doc } of [left, right]) {
      unbind()
      editor.dispose()
      model.dispose()
      awareness.destroy()
      doc.destroy()
    }
  }
  return { left, right, link: linkDocuments(leftDoc, rightDoc) }
}
