import { Files, Search } from 'lucide-react'
import { memo, type ReactNode, useSyncExternalStore } from 'react'
import { Group, type Layout, Panel, Separator } from 'react-resizable-panels'
import { useMessages } from '../platform/i18n.ts'
import { readStored, writeStored } from '../platform/storage.ts'
import { cx } from '../ui/class-names.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { shortcutLabel } from './commands.ts'
import { EditorGroup } from './editor-group.tsx'
import { FileTree } from './file-tree.tsx'
import { messages } from './locale.ts'
import { type IdeSlots, NO_SLOTS, type Slot, toggleSlot } from './slots.ts'
import { useIdeContext } from './use-ide-context.ts'
import { UploadPanel } from './upload-panel.tsx'
import { useBench, useWorkbench } from './workbench.ts'

const SIZES_KEY = 'ide.sizes'
const VIEW_BUTTON = 'size-9! pointer-coarse:size-11!'
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

/** Activity bar, files, editors, and the places of other features. Where it is narrow, sides lie over the editor. */
export const IdeLayout = memo(function IdeLayout({ slots: offered }: { slots: IdeSlots }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  // Where access has ended, what is open is all there is.
  const isEnded = useBench((s) => s.end !== null)
  const slots = isEnded ? NO_SLOTS : offered
  const isOpen = useBench((s) => s.isSidebarOpen && s.end === null)
  const isNarrow = useSyncExternalStore(watchNarrow, () => narrow.matches)
  const toggle = (): void => bench.store.setState({ isSidebarOpen: !isOpen })
  const shownSide = slots.sides?.find((slot) => slot.isOpen)
  const isSideOpen = isOpen || shownSide !== undefined
  /** Files take the place of another side before they go. */
  const showFiles = (): void => {
    if (shownSide === undefined) return toggle()
    shownSide.setOpen(false)
    bench.store.setState({ isSidebarOpen: true })
  }
  const closeSide = (): void => {
    shownSide?.setOpen(false)
    bench.store.setState({ isSidebarOpen: false })
  }
  const dock = slots.docks?.find((slot) => slot.isOpen)
  const slotButtons = [...(slots.sides ?? []), slots.panel, ...(slots.docks ?? [])].map(
    (slot) =>
      slot !== undefined && <SlotButton key={slot.label} slot={slot} onToggle={() => toggleSlot(slots, slot)} />,
  )
  // Beside the files, or by itself: never out of sight, since it may have something to ask.
  const uploads = <UploadPanel here={bench.workspaceId} />
  const side = (
    <div className="flex h-full min-h-0 flex-col">
      <div className="min-h-0 flex-1">{shownSide === undefined ? <FileTree /> : <SlotBody slot={shownSide} />}</div>
      {uploads}
    </div>
  )
  return (
    <main className="relative flex min-h-0 flex-1">
      {!isNarrow && !isEnded && (
        <nav
          aria-label={t('bar.views')}
          className="flex w-11 shrink-0 flex-col items-center border-r border-line bg-side py-1"
        >
          <IconButton
            icon={Files}
            label={t('bar.files')}
            aria-pressed={isOpen && shownSide === undefined}
            className={cx(VIEW_BUTTON, isOpen && shownSide === undefined && 'bg-active text-ink')}
            onClick={showFiles}
          />
          {slotButtons}
        </nav>
      )}
      {!isNarrow && !isSideOpen && (
        <div className="absolute bottom-3 left-14 z-30 w-80 overflow-hidden rounded-lg shadow-float">{uploads}</div>
      )}
      {isNarrow ? (
        <>
          <div className="flex min-w-0 flex-1 flex-col">
            <div className="relative min-h-0 flex-1">
              <Editors slots={slots} />
              {dock !== undefined && (
                <div className="absolute inset-0 z-20 bg-side">
                  <SlotBody slot={dock} />
                </div>
              )}
            </div>
            {!isSideOpen && uploads}
            {/* Fingers have no shortcuts. */}
            {!isEnded && (
              <nav aria-label={t('bar.views')} className="flex shrink-0 border-t border-line bg-side">
                <IconButton
                  icon={Files}
                  label={t('top.menu')}
                  shortcut={shortcutLabel('Mod+KeyB')}
                  className={VIEW_BUTTON}
                  onClick={showFiles}
                />
                <IconButton
                  icon={Search}
                  label={t('top.search')}
                  shortcut={shortcutLabel('Mod+KeyP')}
                  className={cx(VIEW_BUTTON, 'sm:hidden')}
                  onClick={() => bench.store.setState({ overlay: 'quick-open' })}
                />
                <span className="flex-1" />
                {slotButtons}
              </nav>
            )}
          </div>
          {isSideOpen && (
            <>
              <button
                type="button"
                tabIndex={-1}
                aria-label={t('top.menu')}
                className="absolute inset-0 z-20 bg-[light-dark(#1b1f2440,#00000080)]"
                onClick={closeSide}
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
            if (isSideOpen) writeStored(SIZES_KEY, JSON.stringify(layout))
          }}
        >
          {isSideOpen && (
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
            <Editors slots={slots} />
          </Panel>
          {dock !== undefined && (
            <>
              <Separator
                aria-label={t('editor.resize')}
                className="-mr-1 w-1 hover:bg-accent focus-visible:bg-accent"
              />
              <Panel id="dock" defaultSize="320px" minSize="240px" maxSize="50%" className="border-l border-line">
                <SlotBody slot={dock} />
              </Panel>
            </>
          )}
        </Group>
      )}
    </main>
  )
})

/** Shows and hides a part of another feature. */
function SlotButton({ slot, onToggle }: { slot: Slot; onToggle: () => void }) {
  return (
    <span className="relative">
      <IconButton
        icon={slot.icon}
        label={slot.label}
        shortcut={shortcutLabel(slot.keys)}
        aria-pressed={slot.isOpen}
        className={cx(VIEW_BUTTON, slot.isOpen && 'bg-active text-ink')}
        onClick={onToggle}
      />
      {slot.count !== undefined && slot.count > 0 && (
        <span
          aria-hidden
          className="pointer-events-none absolute top-0 right-0 pointer-coarse:top-1 pointer-coarse:right-1 min-w-4 rounded-full bg-ink px-1 text-center text-[10px]/4 font-semibold text-surface"
        >
          {slot.count}
        </span>
      )}
    </span>
  )
}

function SlotBody({ slot }: { slot: Slot }): ReactNode {
  return slot.render(useIdeContext())
}

function Editors({ slots }: { slots: IdeSlots }) {
  const t = useMessages(messages)
  const { panel } = slots
  return (
    <Group orientation="vertical" className="size-full min-w-0">
      <Panel id="groups" minSize="20%">
        <Groups slots={slots} />
      </Panel>
      {panel?.isOpen === true && (
        <>
          <Separator aria-label={t('editor.resize')} className="-mb-1 h-1 hover:bg-accent focus-visible:bg-accent" />
          <Panel id="panel" defaultSize="35%" minSize="80px" maxSize="80%">
            <SlotBody slot={panel} />
          </Panel>
        </>
      )}
    </Group>
  )
}

function Groups({ slots }: { slots: IdeSlots }) {
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
            <EditorGroup group={group} number={i + 1} slots={slots} />
          </Panel>,
        ])}
      </Group>
    </div>
  )
}
