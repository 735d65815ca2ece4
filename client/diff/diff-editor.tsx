import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import '../editor/editor.css'
import { CODE_FONT } from '../editor/code-font.ts'
import { languageOf } from '../editor/language-of.ts'
import { monaco } from '../editor/monaco.ts'
import { replaceText } from '../editor/replace-text.ts'
import { applyEditorTheme } from '../editor/theme.ts'
import { useMessages } from '../platform/i18n.ts'
import { usePreferences } from '../platform/preferences.ts'
import { useResolvedTheme } from '../platform/theme.ts'
import { showAuthors } from './authors.ts'
import type { DiffParts } from './diff-parts.ts'
import { messages } from './locale.ts'
import { changesIn } from './monaco-changes.ts'
import type { DiffNote } from './types.ts'

type Editor = monaco.editor.IStandaloneDiffEditor
type Side = 'original' | 'modified'

/** Two columns need this much. */
const SIDE_BY_SIDE_PX = 900
let comparisons = 0

const createEditor = (
  node: HTMLElement,
  labels: { readonly original: string; readonly modified: string },
  ignoreTrimWhitespace: boolean,
): Editor =>
  monaco.editor.createDiffEditor(node, {
    ignoreTrimWhitespace,
    automaticLayout: true,
    readOnly: true,
    originalEditable: false,
    editContext: false,
    originalAriaLabel: labels.original,
    modifiedAriaLabel: labels.modified,
    fontFamily: CODE_FONT,
    renderSideBySide: true,
    useInlineViewWhenSpaceIsLimited: true,
    renderSideBySideInlineBreakpoint: SIDE_BY_SIDE_PX,
    renderMarginRevertIcon: false,
    renderGutterMenu: false,
    renderOverviewRuler: true,
    scrollBeyondLastLine: false,
    lineDecorationsWidth: 10,
    glyphMargin: false,
    folding: false,
    minimap: { enabled: false },
    stickyScroll: { enabled: false },
    occurrencesHighlight: 'off',
    renderLineHighlight: 'none',
    padding: { top: 4, bottom: 40 },
    fixedOverflowWidgets: true,
    readOnlyMessage: { value: '' },
  })

/** The comparison in Monaco. */
export function DiffEditor(parts: DiffParts) {
  const { path, original, modified, ignoresBlanks, authorOf, notes, shown } = parts
  const t = useMessages(messages)
  const { fontSize, tabSize, wordWrap } = usePreferences()
  const theme = useResolvedTheme()
  const node = useRef<HTMLDivElement>(null)
  const [editor, setEditor] = useState<Editor | null>(null)
  const [hosts, setHosts] = useState<ReadonlyMap<string, HTMLElement>>(new Map())
  const ariaLabels = useEffectEvent(() => {
    const file = path.slice(path.lastIndexOf('/') + 1)
    const label = (side: Side): string => t(`side.${side}`, { file, label: parts[side].label })
    return { original: label('original'), modified: label('modified') }
  })
  const create = useEffectEvent((host: HTMLElement) => {
    const language = languageOf(path)
    comparisons += 1
    const made = createEditor(host, ariaLabels(), ignoresBlanks)
    const model = (side: Side) => {
      const uri = monaco.Uri.from({ scheme: 'pairloom-diff', authority: String(comparisons), path: `/${side}` })
      return monaco.editor.createModel(parts[side].text, language, uri)
    }
    made.setModel({ original: model('original'), modified: model('modified') })
    made.revealFirstDiff()
    return made
  })
  const tell = useEffectEvent((created: Editor) => {
    const changes = changesIn(created)
    // What was known stays while it compares anew, or a step taken meanwhile would be lost.
    if (changes !== null) parts.onChanges(changes)
  })

  useEffect(() => {
    if (node.current === null) return undefined
    const created = create(node.current)
    const listening = created.onDidUpdateDiff(() => tell(created))
    setEditor(created)
    return () => {
      setEditor(null)
      listening.dispose()
      const model = created.getModel()
      created.dispose()
      model?.original.dispose()
      model?.modified.dispose()
    }
  }, [path])

  useEffect(() => applyEditorTheme(theme), [theme])
  useEffect(() => {
    const labels = ariaLabels()
    const options: monaco.editor.IDiffEditorConstructionOptions = {
      // Monaco forgets the names of both sides with every change of options that does not repeat them.
      originalAriaLabel: labels.original,
      modifiedAriaLabel: labels.modified,
      fontSize,
      lineHeight: Math.round(fontSize * 1.54),
      ignoreTrimWhitespace: ignoresBlanks,
      diffWordWrap: wordWrap ? 'on' : 'off',
    }
    editor?.updateOptions(options)
    const model = editor?.getModel()
    for (const one of [model?.original, model?.modified])
      one?.updateOptions({
        tabSize,
        bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
      })
  }, [editor, fontSize, tabSize, wordWrap, ignoresBlanks])

  useEffect(() => {
    const model = editor?.getModel()
    if (!editor || !model) return
    replaceText(model.original, [editor.getOriginalEditor()], original.text)
    replaceText(model.modified, [editor.getModifiedEditor()], modified.text)
  }, [editor, original.text, modified.text])

  useEffect(() => (editor === null ? undefined : showAuthors(editor, authorOf)), [editor, authorOf])

  useEffect(() => {
    const change = editor && shown !== null ? changesIn(editor)?.[shown] : undefined
    if (!editor || change === undefined) return
    const view = editor.getModifiedEditor()
    const { from, to } = change.modified
    view.setPosition({ lineNumber: Math.max(1, from), column: 1 })
    view.revealLinesInCenter(Math.max(1, from), Math.max(1, from, to - 1))
  }, [editor, shown])

  useEffect(() => {
    if (editor === null) return undefined
    const view = editor.getModifiedEditor()
    const made = new Map(notes.map((note) => [note.key, makeHost()]))
    const zones: string[] = []
    view.changeViewZones((accessor) => {
      for (const note of notes) zones.push(accessor.addZone(zoneOf(note, made.get(note.key) as HTMLElement)))
    })
    setHosts(made)
    return () => {
      setHosts(new Map())
      view.changeViewZones((accessor) => {
        for (const zone of zones) accessor.removeZone(zone)
      })
    }
  }, [editor, notes])

  return (
    <>
      <div ref={node} className="absolute inset-0" />
      {notes.map((note) => {
        const host = hosts.get(note.key)
        return host === undefined ? null : createPortal(note.content, host, note.key)
      })}
    </>
  )
}

function makeHost(): HTMLElement {
  const host = document.createElement('div')
  host.className = 'diff-note'
  // Monaco would take the press for one on its text.
  host.addEventListener('mousedown', (event) => event.stopPropagation())
  return host
}

const zoneOf = (note: DiffNote, domNode: HTMLElement): monaco.editor.IViewZone => ({
  afterLineNumber: note.line,
  heightInPx: note.height,
  domNode,
  // Zones lie below the text, where no button can be pressed.
  suppressMouseDown: false,
})
