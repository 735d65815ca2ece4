import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Attachment, ChatState, Place } from '#shared/api/chat.ts'
import type { AiRunId, ChatMessageId, ChatSessionId, WorkspaceId } from '#shared/ids.ts'
import type { ChatPresence, ServerEvents } from '#shared/protocol/events.ts'
import { api } from '../platform/api.ts'
import { hasCode } from '../platform/api-error.ts'
import { newId } from '../platform/new-id.ts'
import { emitForResult, getSocket } from '../platform/socket.ts'
import { type Chosen, endOf, ROOT } from './tree.ts'

export interface ViewState {
  readonly status: 'loading' | 'ready' | 'gone'
  readonly state: ChatState | null
  /** text of runs under way, by run */
  readonly texts: Readonly<Record<string, string>>
  readonly people: readonly ChatPresence[]
  readonly chosen: Chosen
}

export interface Draft {
  readonly text: string
  readonly attachments: readonly Attachment[]
}

export type ChatView = ReturnType<typeof createChatView>

const TYPING_EVERY_MS = 3_000

/** One chat as this tab sees it: its tree, what streams in, who else reads. */
export function createChatView(workspace: string, chat: string) {
  const at = { workspaceId: workspace as WorkspaceId, chatId: chat as ChatSessionId }
  const store: StoreApi<ViewState> = createStore<ViewState>()(() => ({
    status: 'loading',
    state: null,
    texts: {},
    people: [],
    chosen: {},
  }))
  let isOpen = false
  let isAsking = false
  let isStale = false
  let typedAt = 0

  const giveUp = (error: unknown): void => {
    if (hasCode(error, 'not_found', 'forbidden')) store.setState({ status: 'gone', state: null, people: [] })
    // Else the connection is away: it joins again when it comes back.
  }

  const follow = (runId: string): void => {
    const offset = store.getState().texts[runId]?.length ?? 0
    emitForResult('chat.follow', { ...at, runId: runId as AiRunId, offset }).then(({ isUnderWay }) => {
      if (!isUnderWay && isOpen && store.getState().state?.runs.some((r) => r.id === runId && r.status === 'running')) {
        void refresh()
      }
    }, giveUp)
  }

  /** Asks for the chat; changes that come meanwhile are asked for once more, after it. */
  const refresh = async (): Promise<void> => {
    if (isAsking) return void (isStale = true)
    isAsking = true
    try {
      const state = await api.chat.read.query(at)
      if (!isOpen) return
      const texts: Record<string, string> = {}
      for (const run of state.runs) {
        if (run.status === 'running') texts[run.id] = store.getState().texts[run.id] ?? ''
      }
      store.setState({ status: 'ready', state, texts })
      for (const runId of Object.keys(texts)) follow(runId)
    } catch (error) {
      giveUp(error)
    } finally {
      isAsking = false
      if (isStale) {
        isStale = false
        void refresh()
      }
    }
  }

  const join = (): void => {
    emitForResult('chat.join', at).then(() => void refresh(), giveUp)
  }
  const listeners = {
    'chat.changed': ({ chatId }) => {
      if (chatId === at.chatId) void refresh()
    },
    'chat.end': ({ chatId }) => {
      if (chatId === at.chatId) void refresh()
    },
    'chat.people': ({ chatId, people }) => {
      if (chatId === at.chatId) store.setState({ people })
    },
    'chat.chunk': ({ chatId, runId, offset, text }, done) => {
      done()
      if (chatId !== at.chatId) return
      const had = store.getState().texts[runId] ?? ''
      // Text from beyond what is here would leave a hole: the run is read again from where this tab is.
      if (offset > had.length) return follow(runId)
      store.setState(({ texts }) => ({ texts: { ...texts, [runId]: had.slice(0, offset) + text } }))
    },
    'role.changed': ({ workspaceId }) => {
      if (workspaceId === at.workspaceId) join()
    },
  } satisfies Partial<ServerEvents>

  const where = (instead: string | null): Place => {
    if (instead !== null) return { type: 'instead', messageId: instead as ChatMessageId }
    const { state, chosen } = store.getState()
    return { type: 'after', messageId: (state === null ? null : endOf(state, chosen)) as ChatMessageId | null }
  }

  return {
    store,
    workspaceId: workspace,
    /** Reads along until the returned function is called. */
    open(): () => void {
      isOpen = true
      const socket = getSocket()
      socket.on('connect', join)
      for (const [event, listener] of Object.entries(listeners)) socket.on(event as 'chat.end', listener as never)
      join()
      return () => {
        isOpen = false
        socket.off('connect', join)
        for (const [event, listener] of Object.entries(listeners)) socket.off(event as 'chat.end', listener as never)
        emitForResult('chat.leave', at).catch(() => {
          // The server forgets a connection that is gone by itself.
        })
      }
    },
    async send(draft: Draft, audience: 'ai' | 'people', instead: string | null): Promise<void> {
      const input = { ...at, messageId: newId() as ChatMessageId, place: where(instead), text: draft.text }
      const message = { ...input, attachments: [...draft.attachments] }
      if (audience === 'ai') await api.chat.ask.mutate(message)
      else await api.chat.send.mutate(message)
      typedAt = 0
      void emitForResult('chat.typing', { ...at, isTyping: false }).catch(giveUp)
      if (instead !== null) showNewest(instead)
      await refresh()
    },
    async regenerate(messageId: string): Promise<void> {
      await api.chat.regenerate.mutate({ ...at, messageId: messageId as ChatMessageId })
      showNewest(messageId)
    },
    stop: (runId: string) => api.chat.stop.mutate({ ...at, runId: runId as AiRunId }),
    editQueued: (runId: string, text: string) => api.chat.editQueued.mutate({ ...at, runId: runId as AiRunId, text }),
    cancelQueued: (runId: string) => api.chat.cancelQueued.mutate({ ...at, runId: runId as AiRunId }),
    choose(parentId: string | null, messageId: string): void {
      store.setState(({ chosen }) => ({ chosen: { ...chosen, [parentId ?? ROOT]: messageId } }))
    },
    typing(): void {
      if (Date.now() - typedAt < TYPING_EVERY_MS) return
      typedAt = Date.now()
      emitForResult('chat.typing', { ...at, isTyping: true }).catch(giveUp)
    },
  }

  /** Where somebody had chosen an older version, the one just made is shown. */
  function showNewest(messageId: string): void {
    const { state, chosen } = store.getState()
    const parent = state?.messages.find((one) => one.id === messageId)?.parentId ?? ROOT
    const { [parent]: _, ...rest } = chosen
    store.setState({ chosen: rest })
  }
}
