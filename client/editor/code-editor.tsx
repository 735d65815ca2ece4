import { type ReactNode, useEffect, useRef, useState } from 'react'
import './editor.css'
import { type OffScreenPerson, showCarets } from './carets.ts'
import { CODE_FONT } from './code-font.ts'
import { type EditorPlace, placeOf, restorePlace } from './editor-place.ts'
import { attachGhostText } from './ghost-text/attach-ghost-text.ts'
import { monaco } from './monaco.ts'
import type { OpenModel } from './open-model.ts'
import { publishSelections } from './people-in-text.ts'
import { applyEditorTheme } from './theme.ts'

export interface EditorLook {
  readonly theme: 'light' | 'dark'
  readonly fontSize: number
  readonly tabSize: number
  readonly isWrapped: boolean
  readonly hasMinimap: boolean
  readonly hasLigatures: boolean
}

export interface CaretPlace {
  readonly line: number
  readonly column: number
  readonly selectedUnits: number
}

/** What others may ask of a mounted editor. */
export interface EditorHandle {
  readonly documentId: string
  /** null until the text is there */
  readonly place: () => EditorPlace | null
  readonly focus: () => void
  readonly reveal: (fromLine: number, toLine: number) => void
  readonly revealLine: (line: number, column: number) => void
  /** Puts the caret there; what lies beyond the text is its nearest place. */
  readonly goTo: (line: number, column: number) => void
  readonly run: (actionId: string) => void
}

export interface EditorText {
  readonly label: string
  readonly viewOnly: string
  readonly offScreen: (person: OffScreenPerson) => string
}

/** An editor with a document in it, for parts of other features that are drawn inside it. */
export interface MountedEditor {
  readonly editor: monaco.editor.IStandaloneCodeEditor
  readonly open: OpenModel
}

interface Props {
  readonly open: OpenModel
  /** whose people and budget its completions are */
  readonly workspaceId: string
  readonly look: EditorLook
  readonly text: EditorText
  readonly onCaret: (place: CaretPlace) => void
  readonly onFocus: () => void
  /** the person typed or moved the caret themselves */
  readonly onOwnMove: (kind: 'type' | 'caret' | 'scroll') => void
  readonly onReadOnlyAttempt: () => void
  readonly onHandle: (handle: EditorHandle | null) => void
  /** where the person was in it in an earlier visit */
  readonly startPlace: () => EditorPlace | null
  /** told when the document leaves the editor */
  readonly onPlace: (place: EditorPlace) => void
  readonly renderInside?: ((mounted: MountedEditor) => ReactNode) | undefined
}

type Editor = monaco.editor.IStandaloneCodeEditor

const viewStates = new WeakMap<monaco.editor.ITextModel, monaco.editor.ICodeEditorViewState>()

const lookOptions = (look: EditorLook): monaco.editor.IEditorOptions => ({
  fontSize: look.fontSize,
  lineHeight: Math.round(look.fontSize * 1.54),
  fontLigatures: look.hasLigatures,
  wordWrap: look.isWrapped ? 'on' : 'off',
  minimap: { enabled: look.hasMinimap },
})

const createEditor = (node: HTMLElement, look: EditorLook, label: string): Editor =>
  monaco.editor.create(node, {
    model: null,
    automaticLayout: true,
    // With it, a colleague's edit on the line of a composition garbles Hangul, kana and pinyin.
    editContext: false,
    fontFamily: CODE_FONT,
    ...lookOptions(look),
    ariaLabel: label,
    scrollBeyondLastLine: false,
    smoothScrolling: false,
    cursorBlinking: 'solid',
    renderLineHighlight: 'all',
    lineDecorationsWidth: 10,
    lineNumbersMinChars: 5,
    // Without a language server this marks every `const` in sight.
    occurrencesHighlight: 'off',
    glyphMargin: false,
    folding: true,
    showFoldingControls: 'mouseover',
    padding: { top: 4, bottom: 40 },
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    stickyScroll: { enabled: false },
    unicodeHighlight: { allowedLocales: { ko: true, ja: true, 'zh-hans': true, _vscode: true } },
    fixedOverflowWidgets: true,
    quickSuggestions: false,
    wordBasedSuggestions: 'currentDocument',
    // The browser's own menu carries the clipboard; Monaco's takes what the browser refuses to give.
    contextmenu: true,
    // The host draws the sentence where screen readers hear it.
    readOnlyMessage: { value: '' },
  })

/** One Monaco editor over one open document, with everybody else's carets in it. */
export function CodeEditor(props: Props) {
  const { open, workspaceId, look, text, onCaret, onFocus, onOwnMove, onReadOnlyAttempt, onHandle } = props
  const { startPlace, onPlace, renderInside } = props
  const node = useRef<HTMLDivElement>(null)
  const [editor, setEditor] = useState<Editor | null>(null)
  const [offScreen, setOffScreen] = useState<readonly OffScreenPerson[]>([])
  const callbacks = useRef({ onCaret, onFocus, onOwnMove, onReadOnlyAttempt, onHandle, startPlace, onPlace })
  callbacks.current = { onCaret, onFocus, onOwnMove, onReadOnlyAttempt, onHandle, startPlace, onPlace }
  const initial = useRef({ look, label: text.label })

  useEffect(() => {
    if (node.current === null) return undefined
    applyEditorTheme(initial.current.look.theme)
    const created = createEditor(node.current, initial.current.look, initial.current.label)
    setEditor(created)
    void document.fonts.ready.then(() => monaco.editor.remeasureFonts())
    return () => {
      setEditor(null)
      created.dispose()
    }
  }, [])

  useEffect(() => applyEditorTheme(look.theme), [look.theme])
  useEffect(() => {
    editor?.updateOptions({ ...lookOptions(look), ariaLabel: text.label, readOnlyMessage: { value: text.viewOnly } })
    // Syntax has four hues; brackets in six more would drown them.
    open.model.updateOptions({
      tabSize: look.tabSize,
      bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
    })
  }, [editor, look, open, text.label, text.viewOnly])

  useEffect(() => {
    if (editor === null) return undefined
    const { model, shared } = open
    editor.setModel(model)
    const state = viewStates.get(model)
    if (state) editor.restoreViewState(state)
    let isPlaced = state !== undefined
    const placeNow = (): EditorPlace | null => (open.binding() === null ? null : placeOf(editor))
    const judge = (): void => editor.updateOptions({ readOnly: shared.isReadOnly() || open.binding() === null })
    judge()
    let release = (): void => undefined
    const publish = (): void => {
      const selections = editor.getSelections() ?? []
      const position = editor.getPosition()
      if (position !== null) {
        const selectedUnits = selections.reduce((sum, s) => sum + model.getValueLengthInRange(s), 0)
        callbacks.current.onCaret({ line: position.lineNumber, column: position.column, selectedUnits })
      }
      const binding = open.binding()
      if (binding === null || binding.isApplyingRemote()) return
      const { text: shareText, awareness } = shared.replica()
      const offset = (lineNumber: number, column: number): number => model.getOffsetAt({ lineNumber, column })
      publishSelections(
        awareness,
        shareText,
        selections.map((s) => ({
          anchor: offset(s.selectionStartLineNumber, s.selectionStartColumn),
          head: offset(s.positionLineNumber, s.positionColumn),
        })),
      )
    }
    const stopBound = open.onBound((binding) => {
      release()
      const detach = binding.attach(editor)
      const { text: shareText, awareness } = shared.replica()
      const hideCarets = showCarets({ editor, model, text: shareText, awareness, onOffScreen: setOffScreen })
      release = () => {
        detach()
        hideCarets()
      }
      judge()
      const start = isPlaced ? null : callbacks.current.startPlace()
      isPlaced = true
      if (start !== null) restorePlace(editor, start)
    })
    const listening = [
      editor.onDidChangeCursorSelection((event) => {
        publish()
        const isOwn = event.source === 'mouse' || event.source === 'keyboard'
        if (isOwn && open.binding()?.isApplyingRemote() !== true) callbacks.current.onOwnMove('caret')
      }),
      editor.onDidFocusEditorText(() => {
        publish()
        callbacks.current.onFocus()
      }),
      model.onDidChangeContent(() => {
        if (open.binding()?.isApplyingRemote() === false) callbacks.current.onOwnMove('type')
      }),
      editor.onDidAttemptReadOnlyEdit(() => {
        if (shared.isReadOnly()) callbacks.current.onReadOnlyAttempt()
      }),
    ]
    const stopShared = shared.subscribe(judge)
    const wheel = (): void => callbacks.current.onOwnMove('scroll')
    const dom = editor.getDomNode()
    dom?.addEventListener('wheel', wheel, { passive: true })
    callbacks.current.onHandle({
      documentId: shared.documentId,
      place: placeNow,
      focus: () => editor.focus(),
      reveal: (from, to) => {
        editor.setSelection({
          startLineNumber: from,
          startColumn: 1,
          endLineNumber: to,
          endColumn: model.getLineMaxColumn(Math.min(to, model.getLineCount())),
        })
        editor.revealLinesInCenter(from, to)
      },
      revealLine: (lineNumber, column) => editor.revealPositionInCenterIfOutsideViewport({ lineNumber, column }),
      goTo: (lineNumber, column) => {
        editor.setPosition(model.validatePosition({ lineNumber, column }))
        editor.revealPositionInCenter({ lineNumber, column })
      },
      run: (actionId) => void editor.getAction(actionId)?.run(),
    })
    return () => {
      callbacks.current.onHandle(null)
      const left = placeNow()
      if (left !== null) callbacks.current.onPlace(left)
      const saved = editor.saveViewState()
      if (saved && !model.isDisposed()) viewStates.set(model, saved)
      release()
      stopBound()
      stopShared()
      for (const listener of listening) listener.dispose()
      dom?.removeEventListener('wheel', wheel)
      setOffScreen([])
    }
  }, [editor, open])

  useEffect(() => {
    if (editor === null) return undefined
    return attachGhostText(editor, open, workspaceId)
  }, [editor, open, workspaceId])

  const chips = (side: OffScreenPerson['side']) => {
    const people = offScreen.filter((person) => person.side === side)
    if (people.length === 0) return null
    return (
      <div className={`absolute right-6 z-10 flex gap-1 ${side === 'above' ? 'top-1' : 'bottom-1'}`}>
        {people.map((person) => (
          <button
            key={person.user.id}
            type="button"
            className="h-6 rounded-full border-2 bg-raised px-2 text-12"
            style={{ borderColor: `var(--person-${(person.user.color % 8) + 1})` }}
            aria-label={text.offScreen(person)}
            onClick={() => editor?.revealLineInCenter(person.line)}
          >
            {side === 'above' ? '↑' : '↓'} {person.user.name}
          </button>
        ))}
      </div>
    )
  }
  return (
    <div className="relative size-full min-h-0">
      <div ref={node} className="absolute inset-0" />
      {chips('above')}
      {chips('below')}
      {editor !== null && renderInside?.({ editor, open })}
    </div>
  )
}
