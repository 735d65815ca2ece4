import { memo, useMemo } from 'react'
import { CodeEditor, type EditorLook } from '../editor/code-editor.tsx'
import { describeError, hasCode } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { usePreferences } from '../platform/preferences.ts'
import { useResolvedTheme } from '../platform/theme.ts'
import { announce } from '../ui/announcer.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { noteTry } from './ask-to-edit.ts'
import { download } from './file-actions.ts'
import { fileUrl } from './files-api.ts'
import { FollowFrame } from './follow-frame.tsx'
import { GoneBar } from './gone-bar.tsx'
import { messages } from './locale.ts'
import { NoFile } from './no-file.tsx'
import type { IdeSlots } from './slots.ts'
import type { OpenFile } from './state.ts'
import { ViewOnlyBar } from './view-only-bar.tsx'
import { TabStrip } from './tab-strip.tsx'
import type { Group } from './tabs.ts'
import { nameOf } from './tree.ts'
import { useIdeContext } from './use-ide-context.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** Tabs, path and editor of one group. */
export const EditorGroup = memo(function EditorGroup({
  group,
  number,
  slots,
}: {
  group: Group
  number: number
  slots: IdeSlots
}) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const isActive = useBench((s) => s.layout.active === group.id)
  const file = useBench((s) => (group.active === null ? undefined : s.files[group.active]))
  const ide = useIdeContext()
  const cover = isActive ? (slots.cover?.(ide) ?? null) : null
  return (
    <section
      aria-label={t('editor.region', { number })}
      className="flex size-full min-w-0 flex-col bg-surface"
      onPointerDownCapture={() => {
        if (!isActive) bench.setLayout({ ...bench.store.getState().layout, active: group.id })
      }}
    >
      {group.tabs.length > 0 && <TabStrip group={group} isActive={isActive} />}
      {group.active === null ? (
        <NoFile />
      ) : (
        <>
          <Breadcrumbs path={group.active} />
          <div
            role="tabpanel"
            id={`editor-${group.id}`}
            aria-label={nameOf(group.active)}
            className="relative min-h-0 flex-1"
          >
            {/* It goes on below what covers it, without the keyboard. */}
            <div className="size-full" inert={cover !== null}>
              <FileView
                key={file?.status === 'open' ? file.session.documentId : group.active}
                group={group}
                path={group.active}
                file={file}
                slots={slots}
              />
            </div>
            {isActive && <FollowFrame />}
            {isActive && <ViewOnlyBar />}
            {cover !== null && <div className="absolute inset-0 z-20 bg-surface">{cover}</div>}
          </div>
        </>
      )}
    </section>
  )
})

function useLook(): EditorLook {
  const preferences = usePreferences()
  const theme = useResolvedTheme()
  const { fontSize, tabSize, wordWrap, minimap, ligatures } = preferences
  return useMemo(
    () => ({ theme, fontSize, tabSize, isWrapped: wordWrap, hasMinimap: minimap, hasLigatures: ligatures }),
    [theme, fontSize, tabSize, wordWrap, minimap, ligatures],
  )
}

interface FileViewProps {
  readonly group: Group
  readonly path: string
  readonly file: OpenFile | undefined
  readonly slots: IdeSlots
}

function FileView({ group, path, file, slots }: FileViewProps) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const look = useLook()
  const ide = useIdeContext()
  const hasEnded = useBench((s) => s.end !== null)
  const name = nameOf(path)
  // Drawn again when this changes, not at every key.
  const isWaiting = useBench(
    () => file?.status === 'open' && file.session.state().status === 'connecting' && !file.session.isReady(),
  )
  if (file === undefined || file.status === 'opening') return <Opening name={name} />
  if (file.status === 'failed')
    return (
      <div className="grid max-w-prose justify-items-start gap-3 p-6">
        <Notice tone="error">
          {t('editor.failed', { name })} {describeError(file.error)}
        </Notice>
        <span className="flex gap-2">
          {hasEnded ? null : hasCode(file.error, 'not_text', 'too_large') ? (
            <Button onClick={() => download(fileUrl(bench.workspaceId, path))}>{t('tree.download')}</Button>
          ) : (
            <Button onClick={() => bench.files.retry(path)}>{common.t('action.retry')}</Button>
          )}
        </span>
      </div>
    )
  return (
    <div className="flex size-full flex-col">
      {file.isGone && <GoneBar groupId={group.id} path={path} documentId={file.session.documentId} />}
      {slots.above?.(file.session.documentId)}
      {!file.isGone && file.isLarge && (
        <p role="status" className="border-b border-line px-3 py-1 text-12 text-warning">
          {t('editor.large')}
        </p>
      )}
      <div className="relative min-h-0 flex-1">
        <CodeEditor
          open={file.model}
          workspaceId={bench.workspaceId}
          look={look}
          text={{
            label: t('editor.label', { name }),
            viewOnly: t('editor.viewOnly'),
            offScreen: ({ user, line }) => t('editor.offScreen', { name: user.name, line }),
          }}
          onCaret={(caret) => {
            if (bench.store.getState().layout.active === group.id) bench.noteCaret(caret)
          }}
          onFocus={() => {
            const { layout } = bench.store.getState()
            if (layout.active !== group.id) bench.setLayout({ ...layout, active: group.id })
          }}
          onOwnMove={(kind) => {
            const { following } = bench.store.getState()
            if (following === null) return
            if (kind === 'scroll') bench.store.setState({ following: { ...following, isPaused: true } })
            else {
              bench.store.setState({ following: null })
              announce(t('follow.stopped', { name: following.name }))
            }
          }}
          // Monaco shows the sentence at the caret; this says it.
          onReadOnlyAttempt={() => {
            announce(t('editor.viewOnly'))
            noteTry(bench)
          }}
          onHandle={(handle) => {
            if (handle === null) bench.handles.delete(group.id)
            else bench.handles.set(group.id, handle)
          }}
          startPlace={() => bench.kept.placeOf(group.id, file.session.documentId)}
          onPlace={(place) => bench.kept.notePlace(group.id, file.session.documentId, place)}
          renderInside={slots.inEditor && ((mounted) => slots.inEditor?.(ide, mounted))}
        />
        {isWaiting && (
          <div className="absolute inset-0 bg-surface">
            <Opening name={name} />
          </div>
        )}
      </div>
    </div>
  )
}

function Opening({ name }: { name: string }) {
  const t = useMessages(messages)
  return (
    <div className="p-6">
      <span className="sr-only" role="status">
        {t('editor.opening', { name })}
      </span>
      <Skeleton rows={6} />
    </div>
  )
}
