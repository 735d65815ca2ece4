import { z } from 'zod'
import { type AiRunId, type ChatMessageId, type ChatSessionId, ID_PATTERN } from '#shared/ids.ts'
import { isSecretFile } from './completions.ts'
import { workspaceId } from './id.ts'

const id = <T extends string>() => z.string().regex(ID_PATTERN) as unknown as z.ZodType<T, string>
export const chatId = id<ChatSessionId>()
export const chatMessageId = id<ChatMessageId>()
export const aiRunId = id<AiRunId>()

export const CHAT_TITLE_CHARS = 120
export const CHAT_TEXT_CHARS = 32_000
export const ATTACHMENT_CHARS = 64_000
export const ATTACHMENTS_MAX = 8
/** A chat is one conversation; whoever needs more begins a new one. */
export const CHAT_MESSAGES_MAX = 2_000
export const QUEUE_MAX = 20

const oneLine = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text))

const text = z
  .string()
  .max(CHAT_TEXT_CHARS)
  .refine((value) => value.trim() !== '' && value.isWellFormed() && !value.includes('\0'))

/** '' for the first there is. */
const modelName = z
  .string()
  .max(200)
  .refine((value) => !value.includes('\0'))

/** What is shown of a file, a selection or a terminal to everyone who reads the chat; the text is a copy of that moment. */
export const attachment = z.strictObject({
  kind: z.enum(['file', 'selection', 'terminal']),
  /** the path, or the terminal's name */
  name: oneLine(1_000),
  fromLine: z.number().int().min(1).exactOptional(),
  toLine: z.number().int().min(1).exactOptional(),
  text: z
    .string()
    .max(ATTACHMENT_CHARS)
    .refine((value) => value.isWellFormed() && !value.includes('\0')),
})
export type Attachment = z.infer<typeof attachment>

/** As it is read: what a reader may not see comes without its text. */
export type ShownAttachment = Attachment & { readonly isHidden?: true }

/** People may read what they attach of such files; a model may not. */
export const isKeptFromAi = ({ kind, name }: Pick<Attachment, 'kind' | 'name'>): boolean =>
  kind !== 'terminal' && isSecretFile(name)

/**
 * Where a message goes. `after`: to the end of the branch that this message is on, wherever it has grown to meanwhile;
 * null: at the end of the chat's newest branch. `instead`: beside this one, as an edit, which begins a new branch.
 */
export const place = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('after'), messageId: chatMessageId.nullable() }),
  z.strictObject({ type: z.literal('instead'), messageId: chatMessageId }),
])
export type Place = z.infer<typeof place>

export const byChat = z.strictObject({ workspaceId, chatId })
export const listChatsInput = z.strictObject({ workspaceId })
export const createChatInput = z.strictObject({ workspaceId, title: oneLine(CHAT_TITLE_CHARS), isShared: z.boolean() })
export const renameChatInput = z.strictObject({ workspaceId, chatId, title: oneLine(CHAT_TITLE_CHARS) })
/** `messageId` is the sender's: the same message sent again after a broken connection is one. */
const message = {
  workspaceId,
  chatId,
  messageId: chatMessageId,
  place,
  text,
  attachments: z.array(attachment).max(ATTACHMENTS_MAX),
}
export const sendInput = z.strictObject(message)
export const askInput = z.strictObject({ ...message, model: modelName.exactOptional() })
export const regenerateInput = z.strictObject({
  workspaceId,
  chatId,
  /** the question, or an answer to it */
  messageId: chatMessageId,
  model: modelName.exactOptional(),
})
export const byRun = z.strictObject({ workspaceId, chatId, runId: aiRunId })
export const editQueuedInput = z.strictObject({ workspaceId, chatId, runId: aiRunId, text })
export const followInput = z.strictObject({
  workspaceId,
  chatId,
  runId: aiRunId,
  offset: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
})
export const typingInput = z.strictObject({ workspaceId, chatId, isTyping: z.boolean() })

export interface ChatPerson {
  readonly id: string
  readonly name: string
  readonly color: number
}

export interface ChatSummary {
  readonly id: string
  readonly title: string
  readonly owner: ChatPerson | null
  readonly isShared: boolean
  readonly isMine: boolean
  readonly updatedAt: string
}

export interface ChatMessageInfo {
  readonly id: string
  readonly parentId: string | null
  /** null: the AI, or somebody whose account is gone */
  readonly author: ChatPerson | null
  readonly kind: 'people' | 'ask' | 'answer'
  readonly text: string
  readonly attachments: readonly ShownAttachment[]
  readonly createdAt: string
  readonly runId: string | null
}

export const RUN_STATUSES = ['queued', 'running', 'done', 'stopped', 'failed', 'interrupted'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

/** The making of one answer. While it is queued or running, `answerId` names a message that is still to come. */
export interface RunInfo {
  readonly id: string
  readonly messageId: string
  readonly answerId: string
  readonly requester: ChatPerson | null
  readonly model: string
  readonly status: RunStatus
  /** a code of shared/errors */
  readonly error: string | null
  readonly stoppedBy: string | null
  readonly createdAt: string
}

export interface ChatState {
  readonly chat: ChatSummary
  readonly messages: readonly ChatMessageInfo[]
  readonly runs: readonly RunInfo[]
}
