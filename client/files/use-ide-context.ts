import { useMemo } from 'react'
import { foldForSearch, fuzzyFind } from './fuzzy.ts'
import type { IdeContext, ShownText } from './slots.ts'
import { activePath } from './tabs.ts'
import { whenSaved } from './when-saved.ts'
import { useBench, useWorkbench, type Workbench } from './workbench.ts'

const FOUND_MAX = 8

/** The IDE as other features see it. */
export function useIdeContext(): IdeContext {
  const bench = useWorkbench()
  const role = useBench((s) => s.role)
  const people = useBench((s) => s.people)
  const path = useBench((s) => activePath(s.layout))
  const documentId = useBench((s) => {
    const file = path === null ? undefined : s.files[path]
    return file?.status === 'open' ? file.session.documentId : null
  })
  return useMemo(
    () => ({
      workspaceId: bench.workspaceId,
      role,
      people,
      meId: bench.me.id,
      path,
      documentId,
      shownText: () => shownText(bench),
      hasFile: (file) => {
        const { tree } = bench.store.getState()
        return tree.status === 'ready' && tree.tree.entries.get(file)?.kind === 'file'
      },
      findFiles: (query) => {
        const { tree } = bench.store.getState()
        if (tree.status !== 'ready') return []
        const files = [...tree.tree.entries.values()].filter((e) => e.kind === 'file' && e.isIgnored !== true)
        return fuzzyFind(query, files, (entry) => foldForSearch(entry.path), FOUND_MAX).map(({ item }) => item.path)
      },
      openFile: (file, line, column = null) =>
        bench.open(file, { lines: line === null ? null : { from: line, to: line }, column }),
      whenSaved: (id) => whenSaved(bench.sync, id),
      focusEditor: () => bench.handles.get(bench.store.getState().layout.active)?.focus(),
    }),
    [bench, role, people, path, documentId],
  )
}

function shownText({ store }: Workbench): ShownText | null {
  const { layout, files } = store.getState()
  const path = activePath(layout)
  const file = path === null ? undefined : files[path]
  if (file?.status !== 'open' || file.model.binding() === null) return null
  const { model, session } = file
  return {
    isReadOnly: session.isReadOnly,
    read: () => model.model.getValue(),
    subscribe: (listener) => {
      const listening = model.model.onDidChangeContent(listener)
      return () => listening.dispose()
    },
    replace: (text) => model.binding()?.replace(text),
  }
}
