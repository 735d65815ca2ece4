import type { ChatMessageInfo, ChatState, RunInfo } from '#shared/api/chat.ts'

/** One message as it is shown: where it stands among its versions, and the run that makes or made it. */
export interface ShownMessage {
  readonly message: ChatMessageInfo
  /** of an answer: the run that makes it; of a question that waits: the run it waits for */
  readonly run: RunInfo | null
  readonly versions: readonly string[]
  readonly at: number
}

/** Which version is shown below a message, where somebody chose; else the newest is. */
export type Chosen = Readonly<Record<string, string>>
export const ROOT = ''

/**
 * The branch to show, from the first message to its end. Answers that are still to come have their place from the
 * start, so that what is written meanwhile follows them.
 */
export function shownBranch({ messages, runs }: Pick<ChatState, 'messages' | 'runs'>, chosen: Chosen): ShownMessage[] {
  const runOf = new Map(runs.map((run) => [run.answerId, run]))
  const known = new Set(messages.map((one) => one.id))
  const coming = runs.filter((run) => !known.has(run.answerId)).map(answerToCome)
  const nodes = [...messages, ...coming].toSorted(byAge)
  const children = Map.groupBy(nodes, (node) => node.parentId ?? ROOT)
  const branch: ShownMessage[] = []
  const seen = new Set<string>()
  for (let parent = ROOT; !seen.has(parent);) {
    seen.add(parent)
    const versions = children.get(parent) ?? []
    const message = versions.find((one) => one.id === chosen[parent]) ?? versions.at(-1)
    if (!message) break
    const queued = runs.filter((run) => run.messageId === message.id)
    const waiting = queued.length === 1 && queued[0]?.status === 'queued' ? queued[0] : null
    const ids = versions.map((one) => one.id)
    branch.push({ message, run: runOf.get(message.id) ?? waiting, versions: ids, at: ids.indexOf(message.id) })
    parent = message.id
  }
  // The question itself shows that it waits; its answer has nothing to show yet.
  return branch.filter(
    ({ message, run, versions }) => run?.status !== 'queued' || message.kind === 'ask' || versions.length > 1,
  )
}

const byAge = (a: ChatMessageInfo, b: ChatMessageInfo): number =>
  a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id < b.id ? -1 : 1

const answerToCome = (run: RunInfo): ChatMessageInfo => ({
  id: run.answerId,
  parentId: run.messageId,
  author: null,
  kind: 'answer',
  text: '',
  attachments: [],
  createdAt: run.createdAt,
  runId: run.id,
})

/** The end of the branch: what is written next comes after it. */
export const endOf = (state: Pick<ChatState, 'messages' | 'runs'>, chosen: Chosen): string | null =>
  shownBranch(state, chosen).at(-1)?.message.id ?? null
