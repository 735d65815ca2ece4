import { toggleCompletions } from '../editor/ghost-text/ghost-state.ts'
import { messages as ghostText } from '../editor/ghost-text/locale.ts'
import { keyLabel } from '../platform/keys.ts'
import { updatePreferences } from '../platform/preferences.ts'
import { resolvedTheme, setTheme } from '../platform/theme.ts'
import type { Preferences } from '#shared/api/auth.ts'
import { announce } from '../ui/announcer.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { askToEdit } from './ask-to-edit.ts'
import { copyText, deleteEntries, download, folderOf } from './file-actions.ts'
import { entriesMenu, entryMenu } from './entry-menu.ts'
import { archiveUrl, filePageUrl, fileUrl } from './files-api.ts'
import { messages } from './locale.ts'
import { canPickFolder, pickFiles, pickFolder } from './pick-uploads.ts'
import { canWrite } from './state.ts'
import { activeGroup, activePath, moveTab, openTab, splitGroup, stepTab } from './tabs.ts'
import { nameOf } from './tree.ts'
import type { Workbench } from './workbench.ts'

export interface Command {
  readonly id: string
  readonly label: string
  /** `Mod+Shift+KeyP`: modifiers and the place of the key, so that a Korean layout does not matter */
  readonly keys?: string
  /** its keys count in the code alone: elsewhere, as in a shell or a comparison, they mean something else */
  readonly isOfCode?: boolean
  readonly run: () => void
}

interface Context {
  readonly bench: Workbench
  readonly preferences: Preferences
  readonly hasAccount: boolean
  readonly canShare: boolean
  readonly onLeave: () => void
}

/** Of the commands below, what still works where access to the workspace has ended. */
const WITHOUT_ACCESS: ReadonlySet<string> = new Set([
  ...['palette', 'theme', 'toList', 'recovered', 'wrap', 'minimap'],
  ...['find', 'goToLine', 'foldAll', 'unfoldAll', 'focusEditor', 'split', 'closeTab', 'nextTab', 'previousTab'],
  ...['moveTabRight', 'moveTabLeft'],
])

/** Everything that can be done right now; what cannot is not in the list. */
export function listCommands(context: Context): Command[] {
  const all = listAll(context)
  return context.bench.store.getState().end === null ? all : all.filter(({ id }) => WITHOUT_ACCESS.has(id))
}

function listAll({ bench, preferences, hasAccount, canShare, onLeave }: Context): Command[] {
  const { t } = messages
  const { store, workspaceId } = bench
  const state = store.getState()
  const path = activePath(state.layout)
  const isWritable = canWrite(state.role)
  const inEditor = (action: string) => () => {
    const handle = bench.handles.get(store.getState().layout.active)
    handle?.focus()
    handle?.run(action)
  }
  const step = (by: 1 | -1) => () => {
    const next = stepTab(store.getState().layout, by)
    if (next !== null) bench.setLayout(openTab(store.getState().layout, store.getState().layout.active, next))
  }
  const shift = (by: 1 | -1) => () => {
    const { layout } = store.getState()
    const group = activeGroup(layout)
    if (group.active !== null)
      bench.setLayout(moveTab(layout, group.id, group.active, group.tabs.indexOf(group.active) + by))
  }
  const create = (kind: 'file' | 'folder') => () =>
    store.setState({ isSidebarOpen: true, naming: { type: 'create', kind, folder: folderOf(path) } })
  const prefer = (patch: Partial<Preferences>): void => void updatePreferences(patch)
  const command = (id: string, label: string, run: () => void, keys?: string): Command =>
    keys === undefined ? { id, label, run } : { id, label, run, keys }

  const always = [
    command('quickOpen', t('command.quickOpen'), () => store.setState({ overlay: 'quick-open' }), 'Mod+KeyP'),
    command('palette', t('command.palette'), () => store.setState({ overlay: 'palette' }), 'F1'),
    command(
      'toggleFiles',
      t('command.toggleFiles'),
      () => store.setState({ isSidebarOpen: !store.getState().isSidebarOpen }),
      'Mod+KeyB',
    ),
    command(
      'focusFiles',
      t('command.focusFiles'),
      () => {
        store.setState({ isSidebarOpen: true })
        requestAnimationFrame(() => document.getElementById('file-tree')?.focus())
      },
      'Mod+Shift+KeyE',
    ),
    command('collapse', t('tree.collapse'), () => store.setState({ expanded: new Set() })),
    command('downloadAll', t('command.downloadAll'), () => download(archiveUrl(workspaceId, null))),
    command('theme', t('command.theme'), () => {
      const theme = resolvedTheme() === 'dark' ? 'light' : 'dark'
      if (hasAccount) prefer({ theme })
      else setTheme(theme)
    }),
    command('toList', t('command.toList'), onLeave),
  ]
  const withFile =
    path === null
      ? []
      : [
          command('save', t('command.save'), () => void bench.settle(), 'Mod+KeyS'),
          command('find', t('command.find'), inEditor('actions.find')),
          command('goToLine', t('command.goToLine'), inEditor('editor.action.gotoLine')),
          command('foldAll', t('command.format'), inEditor('editor.foldAll')),
          command('unfoldAll', t('command.unfold'), inEditor('editor.unfoldAll')),
          command(
            'focusEditor',
            t('command.focusEditor'),
            () => bench.handles.get(store.getState().layout.active)?.focus(),
            'Mod+Digit1',
          ),
          command(
            'split',
            t('command.split'),
            () => bench.setLayout(splitGroup(store.getState().layout, store.getState().layout.active, path)),
            'Mod+Backslash',
          ),
          command('closeTab', t('command.closeTab'), () => bench.close(path), 'Alt+KeyW'),
          command('nextTab', t('command.nextTab'), step(1), 'Alt+PageDown'),
          command('previousTab', t('command.previousTab'), step(-1), 'Alt+PageUp'),
          command('moveTabRight', t('command.moveTabRight'), shift(1), 'Alt+Shift+PageDown'),
          command('moveTabLeft', t('command.moveTabLeft'), shift(-1), 'Alt+Shift+PageUp'),
          command('download', t('command.download'), () => download(fileUrl(workspaceId, path))),
          command('copyLink', t('command.copyLink'), () => {
            const line = store.getState().caret?.line ?? 1
            void copyText(location.origin + filePageUrl(workspaceId, path, { from: line, to: line }))
          }),
        ]
  const writing = !isWritable
    ? []
    : [
        command('newFile', t('command.newFile'), create('file')),
        command('newFolder', t('command.newFolder'), create('folder')),
        command('upload', t('command.upload'), () => pickFiles(bench, folderOf(path))),
        ...(canPickFolder
          ? [command('uploadFolder', t('command.uploadFolder'), () => pickFolder(bench, folderOf(path)))]
          : []),
        command('completions', ghostText.t('toggle'), toggleCompletions),
        ...(path === null
          ? []
          : [
              command('replace', t('command.replace'), inEditor('editor.action.startFindReplaceAction')),
              command('rename', t('command.rename'), () => {
                bench.reveal(path)
                store.setState({ isSidebarOpen: true, naming: { type: 'rename', path } })
              }),
              command('delete', t('command.delete'), () => void deleteEntries(bench, [path])),
            ]),
      ]
  const { selection, tree } = state
  const chosen = selection.chosen.size === 1 ? [...selection.chosen][0] : undefined
  const entry = chosen !== undefined && tree.status === 'ready' ? tree.tree.entries.get(chosen) : undefined
  const menuCommands = (id: string, name: string, entries: readonly MenuEntry[]): Command[] =>
    entries.flatMap((one) =>
      one.type === 'item' && one.isDisabled !== true
        ? [command(`${id}-${one.label}`, t('command.about', { action: one.label, name }), one.run)]
        : [],
    )
  // The menus by another way: whoever has no pointer, or knows only a word of it, finds everything here.
  const ofChosen =
    entry !== undefined
      ? menuCommands('entry', nameOf(entry.path), entryMenu(bench, entry, isWritable))
      : selection.chosen.size > 1
        ? menuCommands(
            'entries',
            t('tree.several', { count: selection.chosen.size }),
            entriesMenu(bench, [...selection.chosen], isWritable),
          )
        : []
  const asking =
    state.role === 'viewer' ? [command('askToEdit', t('command.askToEdit'), () => void askToEdit(bench))] : []
  const others = state.people.filter((p) => p.id !== bench.me.id)
  const following = others.map((p) =>
    command(`follow-${p.id}`, t('command.follow', { name: p.name }), () =>
      store.setState({ following: { personId: p.id, name: p.name, isPaused: false } }),
    ),
  )
  const ofAccount = !hasAccount
    ? []
    : [
        command('wrap', t('command.wrap'), () => prefer({ wordWrap: !preferences.wordWrap }), 'Alt+KeyZ'),
        command('minimap', t('command.minimap'), () => prefer({ minimap: !preferences.minimap })),
        command('announcements', t('command.announcements'), () => {
          announce(t(preferences.announcePeople ? 'said.off' : 'said.on'))
          prefer({ announcePeople: !preferences.announcePeople })
        }),
      ]
  return [
    ...always,
    ...withFile,
    ...writing,
    ...ofChosen,
    ...asking,
    ...following,
    ...(state.following === null
      ? []
      : [command('stopFollowing', t('command.stopFollowing'), () => store.setState({ following: null }))]),
    ...ofAccount,
    ...(canShare ? [command('share', t('command.share'), () => store.setState({ isShareOpen: true }))] : []),
    ...(bench.sync.copies.list().length === 0
      ? []
      : [command('recovered', t('command.recovered'), () => store.setState({ overlay: 'recovered' }))]),
  ]
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  Backquote: '`',
  Backslash: '\\',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
}

/** The shortcut as this machine writes it. */
export const shortcutLabel = (keys: string): string =>
  keyLabel(
    keys
      .split('+')
      .map((part) => KEY_NAMES[part] ?? part.replace(/^(Key|Digit)/, ''))
      .join('+'),
  )
