import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useStore } from 'zustand'
import type { AskInfo, SuggestionInfo } from '#shared/api/suggestions.ts'
import type { MountedEditor } from '../editor/code-editor.tsx'
import { useMessages } from '../platform/i18n.ts'
import { monaco } from '../editor/monaco.ts'
import { decodeRange, locateRange } from '../editor/anchors.ts'
import { tellSuggested } from './ask.ts'
import { AskBox } from './ask-box.tsx'
import { openBox } from './commands.ts'
import { decorateAsk, decorateHunk } from './decorations.ts'
import { createEditorPort, type PlacesNow } from './create-editor-port.ts'
import type { EditorPort, Passage } from './editor-port.ts'
import { HunkCard } from './hunk-card.tsx'
import { messages } from './locale.ts'
import { ProposeBox } from './propose-box.tsx'
import { documentSuggestions } from './queries.ts'
import type { Box, Suggestions } from './suggestions.ts'
import './suggestions.css'
import { isSameHunk } from './summary.ts'
import { useDecidedThreads } from './use-decided-threads.ts'
import { type PlacedIn, usePlacedHunks } from './use-placed-hunks.ts'
import { createZones, type Zones, type ZoneSpec } from './zones.ts'

interface Props {
  suggestions: Suggestions
  mounted: MountedEditor
  /** the file that is in front */
  path: string | null
}

const BOX = 'box'
/** More cards than anyone reads at once: the list has the others, the text marks them all. */
const CARDS_MAX = 200
const NO_SUGGESTIONS: readonly SuggestionInfo[] = []
const NO_ASKS: readonly AskInfo[] = []

/** Suggestions inside one editor: what would go, what would come, who asks, and the boxes for new ones. */
export function Inside({ suggestions, mounted, path }: Props) {
  const { editor, open } = mounted
  const { documentId } = open.shared
  const mayRead = useStore(suggestions.store, (s) => s.rights.mayPropose)
  const listed = useQuery({
    ...documentSuggestions(suggestions.workspaceId, documentId),
    enabled: mayRead,
  }).data
  const all = mayRead ? (listed?.suggestions ?? NO_SUGGESTIONS) : NO_SUGGESTIONS
  const asks = mayRead ? (listed?.asks ?? NO_ASKS) : NO_ASKS
  const box = useStore(suggestions.store, (s) => s.box)
  const places = usePlacedHunks(mounted, all, box !== null || asks.length > 0)
  const port = useEditorPort(suggestions, mounted, places)
  const isFront = path === open.shared.path() && suggestions.editorOf(path) === port
  const ownBox = box !== null && isFront && box.passage.documentId === documentId ? box : null
  const hosts = useHosts(mounted, places, ownBox)
  useDecorations(suggestions, mounted, places, asks)
  useEditorMenu(suggestions, mounted, port)
  useDecidedThreads(suggestions, mounted)

  const close = (): void => {
    suggestions.store.setState({ box: null })
    editor.focus()
  }
  const suggested = (kind: 'ask' | 'propose', made: SuggestionInfo): void => {
    close()
    tellSuggested(kind, made)
    const [first] = made.hunks
    if (first !== undefined) port?.goTo({ suggestionId: made.id, position: first.position })
  }
  const boxHost = hosts.get(BOX)
  return (
    <>
      {places.placed.slice(0, CARDS_MAX).map((placed) => {
        const host = hosts.get(placed.id)
        return (
          host !== undefined && createPortal(<HunkCard suggestions={suggestions} placed={placed} />, host, placed.id)
        )
      })}
      {ownBox !== null &&
        boxHost !== undefined &&
        createPortal(
          ownBox.type === 'ask' ? (
            <AskBox
              suggestions={suggestions}
              passage={ownBox.passage}
              onClose={close}
              onSuggested={({ suggestion }) => suggestion !== null && suggested('ask', suggestion)}
            />
          ) : (
            <ProposeBox
              suggestions={suggestions}
              passage={ownBox.passage}
              readNow={() => readPassage(mounted, ownBox.passage)}
              onClose={close}
              onSuggested={(made) => suggested('propose', made)}
            />
          ),
          boxHost,
          BOX,
        )}
    </>
  )
}

/** What stands in the passage now. */
function readPassage({ open }: MountedEditor, { range }: Passage): string | null {
  const { text } = open.shared.replica()
  const now = range === null ? null : locateRange(text, decodeRange(range))
  return now === null ? null : text.toString().slice(now.from, now.to)
}

/** Registers this editor, so that commands find it, for as long as it shows the document. */
function useEditorPort(suggestions: Suggestions, mounted: MountedEditor, { placed }: PlacedIn) {
  const { editor, open } = mounted
  const now = useRef<PlacesNow>({ placed })
  now.current = { placed }
  const [port, setPort] = useState<ReturnType<typeof createEditorPort> | null>(null)
  useEffect(() => {
    const made = createEditorPort(suggestions, { editor, open }, () => now.current)
    const remove = suggestions.addEditor(made)
    const listening = editor.onDidFocusEditorText(() => suggestions.noteFocus(made))
    setPort(made)
    return () => {
      listening.dispose()
      remove()
      setPort(null)
    }
  }, [suggestions, editor, open])
  return port
}

/** The same two entries as in the palette, where the pointer is. */
function useEditorMenu(suggestions: Suggestions, { editor }: MountedEditor, port: EditorPort | null): void {
  const t = useMessages(messages)
  const { mayPropose, mayAsk } = useStore(suggestions.store, (s) => s.rights)
  useEffect(() => {
    if (port === null) return undefined
    const add = (type: Box['type'], label: string, order: number) =>
      editor.addAction({
        id: `suggestions.${type}`,
        label,
        contextMenuGroupId: '1_suggestions',
        contextMenuOrder: order,
        run: () => openBox(suggestions, port, type),
      })
    const added = [
      ...(mayAsk ? [add('ask', t('command.ask'), 1)] : []),
      ...(mayPropose ? [add('propose', t('command.propose'), 2)] : []),
    ]
    return () => {
      for (const one of added) one.dispose()
    }
  }, [suggestions, editor, port, t, mayAsk, mayPropose])
}

/** Room between the lines for each card, and for the box. */
function useHosts({ editor, open }: MountedEditor, { placed, version }: PlacedIn, box: Box | null) {
  const zones = useRef<Zones | null>(null)
  // All in the turn of the key that opens a box: the next key must not go into the text, whose lines are selected.
  const [hosts, setHosts] = useState<ReadonlyMap<string, HTMLElement>>(new Map())
  useLayoutEffect(() => {
    zones.current = createZones(editor)
    return () => {
      zones.current?.dispose()
      zones.current = null
      setHosts(new Map())
    }
  }, [editor, open])
  useLayoutEffect(() => {
    const { model } = open
    if (zones.current === null || editor.getModel() !== model) return
    const lineOf = (offset: number): number => (offset < 0 ? 0 : model.getPositionAt(offset).lineNumber)
    const specs: ZoneSpec[] = placed
      .slice(0, CARDS_MAX)
      .map(({ id, shape }) => ({ key: id, line: lineOf(shape.behind) }))
    if (box !== null) specs.push({ key: BOX, line: lineOfBox({ editor, open }, box) })
    const next = zones.current.update(specs)
    setHosts((old) => (old.size === next.size && [...next].every(([key, host]) => old.get(key) === host) ? old : next))
  }, [editor, open, placed, version, box])
  return hosts
}

/** What is asked stands above its lines; what is written instead of them, below. */
function lineOfBox({ open }: MountedEditor, { type, passage }: Box): number {
  const { text } = open.shared.replica()
  const now = passage.range === null ? null : locateRange(text, decodeRange(passage.range))
  if (now === null) return 0
  const at = open.model.getPositionAt(type === 'ask' ? now.from : now.to).lineNumber
  return type === 'ask' ? at - 1 : at
}

function useDecorations(
  { store }: Suggestions,
  { editor, open }: MountedEditor,
  { placed, version }: PlacedIn,
  asks: readonly AskInfo[],
): void {
  const current = useStore(store, (s) => s.current)
  const collection = useMemo(() => editor.createDecorationsCollection(), [editor])
  useEffect(() => () => collection.clear(), [collection])
  useEffect(() => {
    const { model, shared } = open
    if (editor.getModel() !== model || open.binding() === null) return
    if (collection.length === 0 && placed.length === 0 && asks.length === 0) return
    const { text } = shared.replica()
    collection.set([
      ...placed.flatMap((one) =>
        decorateHunk(model, one, isSameHunk(current, { suggestionId: one.suggestion.id, position: one.hunk.position })),
      ),
      ...asks.flatMap((ask) => decorateAsk(model, text, ask)),
    ])
  }, [collection, editor, open, placed, version, asks, current])
  useEffect(() => {
    const node = editor.getContainerDomNode()
    const measure = (): void => {
      const { fontSize, lineHeight } = editor.getOption(monaco.editor.EditorOption.fontInfo)
      node.style.setProperty('--code-size', `${fontSize}px`)
      node.style.setProperty('--code-line', `${lineHeight}px`)
      node.style.setProperty('--code-tab', String(open.model.getOptions().tabSize))
    }
    measure()
    const listening = [editor.onDidChangeConfiguration(measure), open.model.onDidChangeOptions(measure)]
    return () => {
      for (const one of listening) one.dispose()
    }
  }, [editor, open])
}
