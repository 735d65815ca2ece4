import { ATTACHMENT_CHARS, type Attachment } from '#shared/api/chat.ts'
import { ApiError, isErrorCode } from '../platform/api-error.ts'
import { messages } from './locale.ts'

/** What of its workspace a chat can reach. */
export interface ChatTools {
  readonly hasFile: (path: string) => boolean
  /** the files that fit what was typed, the best first */
  readonly findFiles: (query: string) => readonly string[]
  readonly openFile: (path: string, line: number | null) => void
  /** what the IDE around it shows; null on a page of its own */
  readonly shown: ShownTools | null
}

export interface ShownTools {
  /** the file that is shown */
  readonly path: string | null
  /** what is selected in the editor of that file */
  readonly readSelection: () => Promise<Attachment | null>
  /** what the terminal that is shown says: its selection, else its last lines; null where none is shown */
  readonly readTerminal: (() => Attachment | null) | null
}

/** A block of code of an answer, with what tells which file it is for. */
export interface AnsweredCode {
  readonly chatId: string
  readonly messageId: string
  readonly code: string
  /** what stands behind the opening of its fence */
  readonly info: string
  /** files attached to the question */
  readonly attached: readonly string[]
  /** the question and the answer */
  readonly texts: readonly string[]
}

/** Makes a suggestion of it; never an edit. */
export type ApplyCode = (block: AnsweredCode) => void

/** A copy of a file for everyone who reads the chat: all of them may read the workspace's files. */
export async function attachFile(workspaceId: string, path: string): Promise<Attachment> {
  const address = path.split('/').map(encodeURIComponent).join('/')
  const answer = await fetch(`/api/workspaces/${workspaceId}/files/${address}`)
  if (!answer.ok) {
    // A proxy's own page is no JSON: then the status is all there is to tell by.
    const body = (await answer.json().catch(() => null)) as { code?: unknown } | null
    throw new ApiError(isErrorCode(body?.code) ? body.code : 'path_not_found')
  }
  const bytes = await answer.arrayBuffer()
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ApiError('not_text')
  }
  return fitting({ kind: 'file', name: path, text })
}

/** Throws a sentence where it is too large: cutting it silently would change what is asked. */
export function fitting(attachment: Attachment): Attachment {
  if (attachment.text.length > ATTACHMENT_CHARS) {
    throw new AttachmentTooLarge(messages.t('composer.tooLarge', { name: attachment.name }))
  }
  return attachment
}

export class AttachmentTooLarge extends Error {}

/** Paths that a text names as `@src/main.ts`. */
export const mentionedFiles = (text: string, hasFile: (path: string) => boolean): string[] => [
  ...new Set([...text.matchAll(/(?:^|\s)@(\S+)/gu)].map((match) => match[1] ?? '').filter(hasFile)),
]

/** A guess; the model's own count differs. */
export const roughTokens = (text: string): number => Math.ceil(text.length / 4)
