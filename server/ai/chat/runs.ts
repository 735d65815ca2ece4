import type { Pool } from 'pg'
import { AppError } from '#shared/errors.ts'
import type { AiRunId, ChatSessionId } from '#shared/ids.ts'
import type { Logger } from '#server/platform/log.ts'
import type { ChatTurn, Gateway } from '../gateway/types.ts'
import type { Asking } from './asking.ts'
import { doAllSeeTerminals, listMessages, requireChat } from './chat-rows.ts'
import { buildTurns } from './context.ts'
import type { RunRef } from './messages.ts'
import { beginNext, type BegunRun, deadRuns, finish, interrupt, renew, type RunEnd, waitingChats } from './run-rows.ts'
import { createStreamWriter, type StreamWriter } from './stream-writer.ts'
import type { RunStreams } from './streams/run-streams.ts'
import { inTransaction } from './transaction.ts'

const RENEW_MS = 2_000
const REAP_MS = 3_000

export interface RunsOptions {
  readonly pool: Pool
  readonly gateway: Gateway
  readonly streams: RunStreams
  onChatChanged(chatId: ChatSessionId): void
  readonly log: Logger
}

export type Runs = ReturnType<typeof createRuns>

/** Runs belong to the server that began them: nobody's leaving stops one. One at a time in a chat; others wait. */
export function createRuns({ pool, gateway, streams, onChatChanged, log }: RunsOptions) {
  const mine = new Map<AiRunId, AbortController>()
  const working = new Set<Promise<void>>()
  let isClosing = false

  const turnsOf = async (run: Pick<BegunRun, 'chatId' | 'messageId' | 'model'>): Promise<readonly ChatTurn[]> => {
    const models = await gateway.models()
    const chats = models.filter((one) => one.purpose === 'chat')
    const model = run.model === '' ? chats[0] : chats.find((one) => one.model === run.model)
    return buildTurns(await listMessages(pool, run.chatId), run.messageId, {
      contextTokens: model?.contextTokens ?? 4_000,
      // Asked at this moment: a viewer may have come since the output was attached.
      withTerminals: await doAllSeeTerminals(pool, run.chatId),
    })
  }

  const makeAnswer = async (run: BegunRun, writer: StreamWriter, stopping: AbortController): Promise<void> => {
    if (!run.isAllowed) throw new AppError('forbidden')
    const messages = await turnsOf(run)
    const renewing = setInterval(() => {
      renew(pool, run.id, writer.text()).then(
        (isOurs) => !isOurs && stopping.abort(),
        (err: unknown) => log.warn({ err, runId: run.id }, 'the lease of a run was not renewed'),
      )
    }, RENEW_MS)
    try {
      await gateway.stream({
        caller: { userId: run.requesterId, workspaceId: run.workspaceId, runId: run.id },
        ...(run.model === '' ? {} : { model: run.model }),
        input: { purpose: 'chat', messages },
        signal: stopping.signal,
        onDelta: (text) => writer.add(text),
        async settleWith(tx, result) {
          const error = result.status === 'failed' ? result.error : null
          // A run that was ended by the reaper meanwhile keeps that end; what it used is charged all the same.
          const status = isClosing && result.status === 'stopped' ? 'interrupted' : result.status
          await finish(tx, run.id, { status, text: result.text, error, model: result.model })
        },
      })
    } finally {
      clearInterval(renewing)
    }
  }

  const execute = async (run: BegunRun): Promise<void> => {
    const stopping = new AbortController()
    mine.set(run.id, stopping)
    streams.begin(run.id)
    const onError = (err: unknown) => log.warn({ err, runId: run.id }, 'the stream of a run could not be written')
    const writer = createStreamWriter({ streams, runId: run.id, onError })
    onChatChanged(run.chatId)
    try {
      await makeAnswer(run, writer, stopping)
    } catch (error) {
      if (!(error instanceof AppError)) log.error({ err: error, runId: run.id }, 'a run failed')
      const code = error instanceof AppError ? error.code : 'internal'
      await end(run.id, { status: 'failed', text: writer.text(), error: code })
    } finally {
      mine.delete(run.id)
      await writer.end()
      onChatChanged(run.chatId)
    }
  }

  const end = (runId: AiRunId, how: RunEnd): Promise<boolean> => inTransaction(pool, (tx) => finish(tx, runId, how))

  /** Begins what waits, one after the other, until nothing does. */
  const advance = async (chatId: ChatSessionId): Promise<void> => {
    while (!isClosing) {
      const run = await beginNext(pool, chatId)
      if (run === null) return
      await execute(run)
    }
  }
  const work = (chatId: ChatSessionId): void => {
    const job = advance(chatId).catch((err: unknown) => log.error({ err, chatId }, 'a queue of questions stood still'))
    working.add(job)
    void job.finally(() => working.delete(job))
  }

  const reap = async (): Promise<void> => {
    for (const run of await deadRuns(pool)) {
      // Read again to count them: the question's own messages are what it had sent.
      const isEnded = await gateway.abandonRun(run.id, await turnsOf(run), (tx) => interrupt(tx, run.id))
      if (!isEnded) continue
      mine.get(run.id)?.abort()
      await streams.end(run.id)
      onChatChanged(run.chatId)
    }
    for (const chatId of await waitingChats(pool)) work(chatId)
  }
  const reaping = setInterval(() => {
    reap().catch((err: unknown) => log.warn({ err }, 'runs of dead servers were not looked for'))
  }, REAP_MS)
  reaping.unref()

  return {
    /** Something waits in this chat. */
    queued: work,
    reap,

    /** Ends a run for everyone, on whatever node it is; what had come is kept. */
    async stop(by: Asking, run: RunRef): Promise<void> {
      await requireChat(pool, { userId: by.actor.userId, workspaceId: run.workspaceId }, run.chatId)
      const { rowCount } = await pool.query(
        `update ai_run set stopped_by = coalesce(stopped_by, $3) where id = $1 and session_id = $2 and status = 'running'`,
        [run.runId, run.chatId, by.actor.userId],
      )
      if (rowCount === 0) throw new AppError('conflict')
      // A node that is not this one sees it when it renews the lease.
      mine.get(run.runId)?.abort()
    },

    /** Whether there is a stream to follow. */
    async isUnderWay(run: RunRef): Promise<boolean> {
      const { rows } = await pool.query<{ status: string }>(
        'select status from ai_run where id = $1 and session_id = $2',
        [run.runId, run.chatId],
      )
      if (!rows[0]) throw new AppError('not_found')
      return rows[0].status === 'running'
    },

    /** Runs of this node are broken off, their text is kept, and what waits goes on elsewhere or after the restart. */
    async close(): Promise<void> {
      isClosing = true
      clearInterval(reaping)
      for (const stopping of mine.values()) stopping.abort()
      await Promise.all(working)
    },
  }
}
