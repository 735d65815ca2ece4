import type { z } from 'zod'
import type { UserActor } from '#shared/access/actor.ts'
import { type completeInput, type Completion, isSecretFile } from '#shared/api/completions.ts'
import { AppError } from '#shared/errors.ts'
import type { Gateway } from '../gateway/types.ts'

/** More than anyone reads before Tab; an upstream that cannot be stopped early does no more than this. */
const MAX_TOKENS = 160

export interface CompleteJob {
  readonly actor: UserActor
  readonly requestId: string
  /** Aborted when the browser no longer waits. */
  readonly signal: AbortSignal
}

/** What might come at the caret. Files that hold secrets are neither completed nor shown to the model beside others. */
export async function complete(
  gateway: Pick<Gateway, 'stream'>,
  { actor, requestId, signal }: CompleteJob,
  input: z.output<typeof completeInput>,
): Promise<Completion> {
  if (isSecretFile(input.path)) return { status: 'not_offered', reason: 'secret_file' }
  const others = input.openFiles.filter((file) => !isSecretFile(file.path))
  const result = await gateway.stream({
    caller: { userId: actor.userId, workspaceId: input.workspaceId, requestId },
    input: {
      purpose: 'completion',
      maxTokens: MAX_TOKENS,
      temperature: 0,
      segments: {
        prefix: input.prefix,
        suffix: input.suffix,
        language: input.language,
        filepath: input.path,
        snippets: others.map((file) => ({ filepath: file.path, body: file.text })),
      },
    },
    signal,
  })
  switch (result.status) {
    case 'done':
      return { status: 'done', completionId: result.usageId, text: result.text }
    case 'stopped':
      throw new AppError('cancelled')
    case 'failed':
      throw new AppError(result.error)
    default:
      return result satisfies never
  }
}
