import { Files } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { Group, type Layout, Panel, Separator } from 'react-resizable-panels'
import { useMessages } from '../platform/i18n.ts'
import { readStored, writeStored } from '../platform/storage.ts'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { EditorGroup } from './editor-group.tsx'
import { FileTree } from './file-tree.tsx'
import { messages } from './locale.ts'
import { UploadPanel } from './upload-panel.tsx'
import { useBench, useWorkbench } from './workbench.ts'

const SIZES_KEY = 'ide.sizes'
const narrow = window.matchMedia('(max-width: 900px)')
const watchNarrow = (listener: () => void) => {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

function storedSizes(): Layout | undefined {
  try {
    const sizes: unknown = JSON.parse(readStored(SIZES_KEY) ?? 'null')
    return typeof sizes === 'object' && sizes !== null ? (sizes as Layout) : undefined
  } catch {
    // Written by another version: the default is as good.
    return undefined
  }
}

/** Activity bar, files, editors. Where it is narrow, the files lie over the editor. */
export function IdeLayout() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const isOpen = useBench((s) => s.isSidebarOpen)
  const isNarrow = useSyncExternalStore(watchNarrow, () => narrow.matches)
  const toggle = (): void => bench.store.setState({ isSidebarOpen: !isOpen })
  const side = (
    <div className="flex h-full min-h-0 flex-col">
      <div className="min-h-0 flex-1">
        <FileTree />
      </div>
      <UploadPanel />
    </div>
  )
  return (
    <main className="relative flex min-h-0 flex-1">
      {!isNarrow && (
        <nav
          aria-label={t('bar.views')}
          className="flex w-11 shrink-0 flex-col items-center border-r border-line bg-side py-1"
        >
          <IconButton
            icon={Files}
            label={t('bar.files')}
            aria-pressed={isOpen}
            className={cx('size-9!', isOpen && 'bg-active text-ink')}
            onClick={toggle}
          />
        </nav>
      )}
      {isNarrow ? (
        <>
          <Editors />
          {isOpen && (
            <>
              <button
                type="button"
                tabIndex={-1}
                aria-label={t('top.menu')}
                className="absolute inset-0 z-20 bg-[light-dark(#1b1f2440,#00000080)]"
                onClick={toggle}
              />
              <div className="absolute inset-y-0 left-0 z-30 w-[min(300px,85vw)] border-r border-line bg-side">
                {side}
              </div>
            </>
          )}
        </>
      ) : (
        <Group
          orientation="horizontal"
          className="min-w-0 flex-1"
          defaultLayout={storedSizes()}
          onLayoutChanged={(layout) => {
            if (isOpen) writeStored(SIZES_KEY, JSON.stringify(layout))
          }}
        >
          {isOpen && (
            <>
              <Panel id="files" defaultSize="232px" minSize="160px" maxSize="50%" className="border-r border-line">
                {side}
              </Panel>
              <Separator
                aria-label={t('editor.resize')}
                className="-ml-1 w-1 hover:bg-accent focus-visible:bg-accent"
              />
            </>
          )}
          <Panel id="editors" minSize="30%">
            <Editors />
          </Panel>
        </Group>
      )}
    </main>
  )
}

function Editors() {
  const t = useMessages(messages)
  const groups = useBench((s) => s.layout.groups)
  return (
    <div className="size-full min-w-0">
      <Group orientation="horizontal" className="size-full">
        {groups.flatMap((group, i) => [
          ...(i === 0
            ? []
            : [
                <Separator
                  key={`s${group.id}`}
                  aria-label={t('editor.resize')}
                  className="w-px bg-line hover:bg-accent focus-visible:bg-accent"
                />,
              ]),
          <Panel key={group.id} id={`group-${group.id}`} minSize="20%">
            <EditorGroup group={group} number={i + 1} />
          </Panel>,
        ])}
      </Group>
    </div>
  )
}
