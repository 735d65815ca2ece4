import { useMemo } from 'react'
import type { IdeContext } from './slots.ts'
import { activePath } from './tabs.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** The IDE as other features see it. */
export function useIdeContext(): IdeContext {
  const bench = useWorkbench()
  const role = useBench((s) => s.role)
  const people = useBench((s) => s.people)
  const path = useBench((s) => activePath(s.layout))
  return useMemo(
    () => ({
      workspaceId: bench.workspaceId,
      role,
      people,
      meId: bench.me.id,
      path,
      hasFile: (file) => {
        const { tree } = bench.store.getState()
        return tree.status === 'ready' && tree.tree.entries.get(file)?.kind === 'file'
      },
      openFile: (file, line) => bench.open(file, { lines: line === null ? null : { from: line, to: line } }),
      focusEditor: () => bench.handles.get(bench.store.getState().layout.active)?.focus(),
    }),
    [bench, role, people, path],
  )
}
