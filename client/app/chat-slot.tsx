import { MessagesSquare } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { WorkspaceRole } from '#shared/access/permissions.ts'
import type { Attachment } from '#shared/api/chat.ts'
import { messages } from '../chat/locale.ts'
import { type ApplyCode, fitting } from '../chat/tools.ts'
import { readShownTerminal } from '../terminal/shown-text.ts'
import type { IdeContext, Slot } from '../files/slots.ts'
import { useMessages } from '../platform/i18n.ts'
import { roleAllows } from '../platform/roles.ts'
import { readStored, writeStored } from '../platform/storage.ts'

// Markdown and highlighting come with the first chat that is shown.
const ChatPanel = lazy(() => import('../chat/chat-panel.tsx').then((m) => ({ default: m.ChatPanel })))

const OPEN_KEY = 'chat.open'
const CHAT_KEY = 'chat.last'

/** Chat in the right dock of the IDE. */
export function useChatSlot(workspaceId: string, applyIn: (ide: IdeContext) => ApplyCode | null): Slot {
  const t = useMessages(messages)
  const [isOpen, setOpen] = useState(() => readStored(OPEN_KEY) === 'true')
  const [chatId, setChatId] = useState(() => readStored(`${CHAT_KEY}.${workspaceId}`))
  return useMemo(
    () => ({
      label: t('toggle'),
      icon: MessagesSquare,
      keys: 'Mod+Alt+KeyC',
      isOpen,
      isFor: (role) => roleAllows(role, 'workspace.discuss'),
      setOpen(next) {
        writeStored(OPEN_KEY, String(next))
        setOpen(next)
      },
      render(ide: IdeContext) {
        const role = ide.role as WorkspaceRole | null
        if (role === null || !roleAllows(role, 'workspace.discuss')) return null
        return (
          <Suspense fallback={null}>
            <ChatPanel
              workspaceId={workspaceId}
              chatId={chatId}
              onChoose={(id) => {
                writeStored(`${CHAT_KEY}.${workspaceId}`, id ?? '')
                setChatId(id)
              }}
              rights={{
                meId: ide.meId,
                mayAsk: roleAllows(role, 'workspace.ai'),
                mayLead: roleAllows(role, 'workspace.share'),
              }}
              tools={{
                hasFile: ide.hasFile,
                findFiles: ide.findFiles,
                openFile: ide.openFile,
                shown: {
                  path: ide.path,
                  readSelection: () => readSelection(ide.path),
                  readTerminal: roleAllows(role, 'workspace.ai') ? readTerminal : null,
                },
              }}
              apply={applyIn(ide)}
            />
          </Suspense>
        )
      },
    }),
    [t, isOpen, chatId, workspaceId, applyIn],
  )
}

/** The selection or the last lines of the terminal that is shown. */
function readTerminal(): Attachment | null {
  const shown = readShownTerminal()
  return shown === null ? null : fitting({ kind: 'terminal', ...shown })
}

/** What is selected in the editor of this file; null where nothing is. */
async function readSelection(path: string | null): Promise<Attachment | null> {
  if (path === null) return null
  const { monaco } = await import('../editor/monaco.ts')
  for (const editor of monaco.editor.getEditors()) {
    const [model, selection] = [editor.getModel(), editor.getSelection()]
    if (!model || !('getValueInRange' in model) || !model.uri.path.endsWith(`/${path}`)) continue
    if (!selection || selection.isEmpty()) continue
    const { startLineNumber: fromLine, endLineNumber: toLine } = selection
    return fitting({ kind: 'selection', name: path, fromLine, toLine, text: model.getValueInRange(selection) })
  }
  return null
}
