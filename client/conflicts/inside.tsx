import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useMemo } from 'react'
import { useStore } from 'zustand'
import type { ConflictInfo } from '#shared/api/conflicts.ts'
import type { MountedEditor } from '../editor/code-editor.tsx'
import { useTextChanges } from '../editor/use-text-changes.ts'
import { rangeOf, viewOfModel } from '../editor/view-of-model.ts'
import { useMessages } from '../platform/i18n.ts'
import type { Conflicts, PlacedConflict } from './conflicts.ts'
import './conflicts.css'
import { compareKeys } from './compare.ts'
import { messages } from './locale.ts'
import { placeConflicts } from './place-conflicts.ts'
import { conflictList } from './queries.ts'

const NEVER_GROWS = 1
const NONE: readonly ConflictInfo[] = []
const NOWHERE: readonly PlacedConflict[] = []

/** Marks the lines in one editor that people and the disk wrote over at once, following everybody's edits. */
export function Inside({ conflicts, mounted }: { conflicts: Conflicts; mounted: MountedEditor }) {
  const t = useMessages(messages)
  const { editor, open } = mounted
  const { documentId } = open.shared
  const mayRead = useStore(conflicts.store, (s) => s.mayRead)
  const listed = useQuery({ ...conflictList(conflicts.workspaceId), enabled: mayRead }).data ?? NONE
  const own = useMemo(() => listed.filter((one) => one.documentId === documentId), [listed, documentId])
  const placed = useStore(conflicts.store, (s) => s.placed.get(documentId)) ?? NOWHERE
  const collection = useMemo(() => editor.createDecorationsCollection(), [editor])

  const place = (): void => {
    const { model, shared } = open
    if (editor.getModel() !== model || open.binding() === null) return
    const view = { ...viewOfModel(model), lineOf: (at: number) => model.getPositionAt(at).lineNumber }
    conflicts.place(documentId, own.length === 0 ? NOWHERE : placeConflicts(shared.replica().text, view, own))
  }
  const placeNow = useEffectEvent(place)
  useTextChanges(mounted, place)
  useEffect(() => placeNow(), [editor, open, own])

  useEffect(() => () => collection.clear(), [collection])
  useEffect(() => {
    const { model } = open
    if (editor.getModel() !== model) return
    collection.set(
      placed.map(({ from, to, now }) => ({
        range: rangeOf(model, from, now.endsWith('\n') ? to - 1 : to),
        options: {
          isWholeLine: true,
          stickiness: NEVER_GROWS,
          className: 'disk-conflict',
          marginClassName: 'disk-conflict-margin',
          hoverMessage: { value: t('line', { keys: compareKeys() }) },
          overviewRuler: { color: { id: 'editorOverviewRuler.warningForeground' }, position: 4 },
        },
      })),
    )
  }, [collection, editor, open, placed, t])
  useEffect(
    () =>
      conflicts.addEditor({
        documentId,
        noteOutside: (undo) => open.binding()?.noteOutside(undo) ?? (() => undefined),
        goTo({ from }) {
          const position = open.model.getPositionAt(from)
          editor.setPosition(position)
          editor.revealPositionInCenterIfOutsideViewport(position)
          editor.focus()
        },
      }),
    [conflicts, documentId, editor, open],
  )
  return null
}
