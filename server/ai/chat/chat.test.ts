import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { AiRunId, ChatMessageId, ChatSessionId } from '#shared/ids.ts'
import { appCodeOf } from '#server/platform/trpc.ts'
import { newId } from '#server/platform/tokens.ts'
import { createTestChat, type TestChat } from './testing.ts'

let test: TestChat
beforeAll(async () => {
  test = await createTestChat()
})
afterAll(() => test.close())

const codeOf = (call: Promise<unknown>): Promise<string | null> =>
  call.then(
    () => null,
    (error: unknown) => appCodeOf(error),
  )
const gate = () => Promise.withResolvers<void>()

describe('a chat', () => {
  it('is its owner’s alone until shared, and a foreign id answers as a missing one', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun', 'viewer')]
    const { workspaceId } = test
    const chatId = await test.chatOf(mina, false)
    const missing = newId<ChatSessionId>()

    expect((await test.as(jun).list({ workspaceId })).chats.map((one) => one.id)).not.toContain(chatId)
    for (const id of [chatId, missing]) {
      expect(await codeOf(test.as(jun).read({ workspaceId, chatId: id }))).toBe('not_found')
      expect(await codeOf(test.as(jun).send(test.draft(id, 'hi')))).toBe('not_found')
      expect(await codeOf(test.emit(jun, 'jun-1', 'chat.join', { chatId: id }))).toBe('not_found')
    }
    await test.as(mina).share({ workspaceId, chatId })
    expect((await test.as(jun).read({ workspaceId, chatId })).chat).toMatchObject({ isShared: true, isMine: false })
    expect(await codeOf(test.as(jun).delete({ workspaceId, chatId }))).toBe('forbidden')
    await test.as(mina).delete({ workspaceId, chatId })
    expect(await codeOf(test.as(jun).read({ workspaceId, chatId }))).toBe('not_found')
    await test.as(mina).restore({ workspaceId, chatId })
    expect((await test.as(jun).read({ workspaceId, chatId })).chat.title).toBe('Retry policy')
  })

  it('lets a viewer write to people, not to AI', async () => {
    const jun = await test.person('Jun', 'viewer')
    const chatId = await test.chatOf(jun)
    await test.as(jun).send(test.draft(chatId, 'to people'))
    expect(await codeOf(test.as(jun).ask(test.draft(chatId, 'to AI')))).toBe('forbidden')
    const { messages } = await test.as(jun).read({ workspaceId: test.workspaceId, chatId })
    expect(messages.map(({ kind, text, author }) => [kind, text, author?.name])).toEqual([
      ['people', 'to people', 'Jun'],
    ])
  })

  it('puts what two people send at once into one line, and a repeated message once', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const chatId = await test.chatOf(mina)
    const first = test.draft(chatId, 'first')
    await test.as(mina).send(first)
    const drafts = [test.draft(chatId, 'a', first.messageId), test.draft(chatId, 'b', first.messageId)]
    await Promise.all([test.as(mina).send(drafts[0]!), test.as(jun).send(drafts[1]!)])
    await test.as(jun).send(drafts[1]!)
    const { messages } = await test.as(jun).read({ workspaceId: test.workspaceId, chatId })
    expect(messages.map((one) => one.parentId)).toEqual([null, messages[0]?.id, messages[1]?.id])
  })
})

describe('a run', () => {
  it('streams the same text to everyone, late readers too, and stores it as the answer', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun', 'viewer')]
    const chatId = await test.chatOf(mina)
    const half = gate()
    test.behaviour.answer = () => ({
      pieces: ['하나', ' two', ' three'],
      beforePiece: (index) => (index === 2 ? half.promise : Promise.resolve()),
    })
    await test.emit(mina, 'm', 'chat.join', { chatId })
    await test.as(mina).ask(test.draft(chatId, 'count'))
    const read = () => test.as(jun).read({ workspaceId: test.workspaceId, chatId })
    await test.until(async () => (await read()).runs[0]?.status === 'running')
    const runId = (await read()).runs[0]!.id as AiRunId
    const texts = new Map<string, string>()
    const textAt = (socketId: string) => {
      let text = ''
      for (const { event, payload, socketId: to } of test.told) {
        const { offset, text: more, runId: of } = payload as { offset: number; text: string; runId: string }
        if (to !== socketId || event !== 'chat.chunk' || of !== runId) continue
        expect(offset).toBeLessThanOrEqual(text.length)
        text = text.slice(0, offset) + more
      }
      texts.set(socketId, text)
      return text
    }
    await test.emit(mina, 'm', 'chat.follow', { chatId, runId, offset: 0 })
    await test.until(() => textAt('m') === '하나 two')
    await test.emit(jun, 'late', 'chat.join', { chatId })
    await test.emit(jun, 'late', 'chat.follow', { chatId, runId, offset: 0 })
    half.resolve()
    await test.settled(mina, chatId)
    await test.until(() => textAt('m') === '하나 two three' && textAt('late') === '하나 two three')
    const { messages, runs } = await read()
    expect(runs[0]?.status).toBe('done')
    expect(messages.at(-1)).toMatchObject({ kind: 'answer', text: '하나 two three', parentId: messages[0]?.id })
  })

  it('puts a question before its answer, though both were written in one millisecond', async () => {
    const mina = await test.person('Mina')
    const chatId = await test.chatOf(mina)
    test.behaviour.answer = () => ({ pieces: ['yes'] })
    await test.emit(mina, 'm', 'chat.join', { chatId })
    await test.as(mina).ask(test.draft(chatId, 'at once'))
    await test.settled(mina, chatId)
    // Ids are random: this one stands before any.
    await test.options.pool.query(
      `update chat_message set created_at = date_trunc('hour', created_at),
        id = case kind when 'answer' then '0000000000000000000000' else id end where session_id = $1`,
      [chatId],
    )
    const { messages } = await test.as(mina).read({ workspaceId: test.workspaceId, chatId })
    expect(messages.map(({ kind }) => kind)).toEqual(['ask', 'answer'])
  })

  it('is stopped by anyone permitted, through to the upstream, and what had come is kept', async () => {
    const [mina, jun, viewer] = [
      await test.person('Mina'),
      await test.person('Jun'),
      await test.person('Vera', 'viewer'),
    ]
    const { workspaceId } = test
    const chatId = await test.chatOf(mina)
    const second = gate()
    const never = new Promise<void>(() => {})
    test.behaviour.answer = () => ({
      pieces: ['kept', 'never'],
      beforePiece: (index) => (index === 0 ? Promise.resolve() : (second.resolve(), never)),
    })
    await test.emit(jun, 'j', 'chat.join', { chatId })
    await test.as(mina).ask(test.draft(chatId, 'go on and on'))
    await second.promise
    const { runs } = await test.as(jun).read({ workspaceId, chatId })
    const runId = runs[0]!.id as AiRunId
    expect(await codeOf(test.as(viewer).stop({ workspaceId, chatId, runId }))).toBe('forbidden')
    await test.as(jun).stop({ workspaceId, chatId, runId })
    expect(await test.settled(jun, chatId)).toMatchObject([{ status: 'stopped', stoppedBy: 'Jun' }])
    expect(test.gateway.calls.at(-1)?.signal.aborted).toBe(true)
    expect((await test.as(jun).read({ workspaceId, chatId })).messages.at(-1)?.text).toBe('kept')
  })

  it('makes later questions wait in view, where their author edits or cancels them', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const { workspaceId } = test
    const chatId = await test.chatOf(mina)
    const hold = gate()
    test.behaviour.answer = () => ({ pieces: ['ok'], beforePiece: () => hold.promise })
    await test.emit(mina, 'm', 'chat.join', { chatId })
    const first = test.draft(chatId, 'one')
    await test.as(mina).ask(first)
    await test.as(jun).ask(test.draft(chatId, 'two', first.messageId))
    await test.as(mina).ask(test.draft(chatId, 'three', first.messageId))
    const read = () => test.as(mina).read({ workspaceId, chatId })
    await test.until(async () => (await read()).runs[0]?.status === 'running')
    const { runs } = await read()
    expect(runs.map((run) => [run.status, run.requester?.name])).toEqual([
      ['running', 'Mina'],
      ['queued', 'Jun'],
      ['queued', 'Mina'],
    ])
    const [, second, third] = runs.map((run) => run.id as AiRunId)
    expect(await codeOf(test.as(mina).cancelQueued({ workspaceId, chatId, runId: second! }))).toBe('forbidden')
    await test.as(jun).cancelQueued({ workspaceId, chatId, runId: second! })
    await test.as(mina).editQueued({ workspaceId, chatId, runId: third!, text: 'three, better' })
    hold.resolve()
    expect((await test.settled(mina, chatId)).map((run) => run.status)).toEqual(['done', 'done'])
    const { messages } = await read()
    expect(messages.map((one) => one.text)).toEqual(['one', 'ok', 'three, better', 'ok'])
    expect(messages.slice(1).map((one) => one.parentId)).toEqual(messages.slice(0, -1).map((one) => one.id))
    expect(await codeOf(test.as(mina).editQueued({ workspaceId, chatId, runId: third!, text: 'x' }))).toBe('conflict')
  })

  it('answers again beside the first answer, and an edited question begins a branch', async () => {
    const mina = await test.person('Mina')
    const { workspaceId } = test
    const chatId = await test.chatOf(mina)
    test.behaviour.answer = (call) => ({ pieces: [`answer to ${call.input.purpose}`] })
    await test.emit(mina, 'm', 'chat.join', { chatId })
    const people = test.draft(chatId, 'between us')
    await test.as(mina).send(people)
    const question = test.draft(chatId, 'question', people.messageId)
    await test.as(mina).ask(question)
    await test.settled(mina, chatId)
    const read = () => test.as(mina).read({ workspaceId, chatId })
    const answerId = (await read()).messages.at(-1)!.id as ChatMessageId
    await test.as(mina).regenerate({ workspaceId, chatId, messageId: answerId })
    await test.settled(mina, chatId)
    const edited = {
      ...test.draft(chatId, 'edited'),
      place: { type: 'instead' as const, messageId: question.messageId },
    }
    await test.as(mina).ask(edited)
    await test.settled(mina, chatId)
    const { messages } = await read()
    const parents = messages.map(({ text, parentId }) => [text, messages.find((one) => one.id === parentId)?.text])
    expect(parents).toEqual([
      ['between us', undefined],
      ['question', 'between us'],
      ['answer to chat', 'question'],
      ['answer to chat', 'question'],
      ['edited', 'between us'],
      ['answer to chat', 'edited'],
    ])
    // What people say to each other is not the model's to read, nor is the other branch.
    expect(JSON.stringify(test.gateway.calls.at(-1)?.input)).not.toMatch(/between us|question"/)
  })

  it('says why it was refused, as when a budget is spent', async () => {
    const mina = await test.person('Mina')
    const chatId = await test.chatOf(mina)
    test.behaviour.answer = () => ({ pieces: [], refusal: new AppError('ai_budget_exhausted') })
    await test.emit(mina, 'm', 'chat.join', { chatId })
    await test.as(mina).ask(test.draft(chatId, 'expensive'))
    expect(await test.settled(mina, chatId)).toMatchObject([{ status: 'failed', error: 'ai_budget_exhausted' }])
  })

  it('of a dead server is marked interrupted with its text and never asked again', async () => {
    const mina = await test.person('Mina')
    const { workspaceId, prisma } = test
    const chatId = await test.chatOf(mina)
    const [messageId, id] = [newId<ChatMessageId>(), newId<AiRunId>()]
    await prisma.chatMessage.create({
      data: { id: messageId, sessionId: chatId, authorId: mina.userId, kind: 'ask', text: 'half' },
    })
    await prisma.aiRun.create({
      data: {
        id,
        sessionId: chatId,
        messageId,
        answerId: newId<string>(),
        requesterId: mina.userId,
        model: 'fake',
        status: 'running',
        partial: 'so far',
        leaseUntil: new Date(Date.now() - 1000),
      },
    })
    const before = test.gateway.calls.length
    await test.chat.reap()
    const state = await test.as(mina).read({ workspaceId, chatId })
    expect(state.runs).toMatchObject([{ status: 'interrupted' }])
    expect(state.messages.at(-1)).toMatchObject({ kind: 'answer', text: 'so far' })
    // What it is charged by: the question that had been asked.
    expect(test.abandoned).toEqual([
      { id, messages: [expect.objectContaining({ role: 'system' }), { role: 'user', content: 'Mina: half' }] },
    ])
    expect(test.gateway.calls.length).toBe(before)
  })

  it('is not begun for somebody who may not ask any more', async () => {
    const mina = await test.person('Mina')
    const chatId = await test.chatOf(mina)
    const { workspaceId, prisma } = test
    await test.emit(mina, 'm', 'chat.join', { chatId })
    const before = test.gateway.calls.length
    await prisma.membership.update({
      where: { workspaceId_userId: { workspaceId, userId: mina.userId } },
      data: { role: 'viewer' },
    })
    await test.as(mina).ask(test.draft(chatId, 'too late'))
    expect(await test.settled(mina, chatId)).toMatchObject([{ status: 'failed', error: 'forbidden' }])
    expect(test.gateway.calls.length).toBe(before)
  })
})

describe('what is private', () => {
  it('ends for whoever loses the right to read, at once', async () => {
    const [mina, jun] = [await test.person('Mina'), await test.person('Jun')]
    const { workspaceId } = test
    const chatId = await test.chatOf(mina)
    await test.emit(mina, 'm', 'chat.join', { chatId })
    await test.emit(jun, 'evicted', 'chat.join', { chatId })
    test.control.publish({ type: 'role-changed', workspaceId, userId: jun.userId, role: null })
    const before = test.told.filter((one) => one.socketId === 'evicted').length
    await test.as(mina).send(test.draft(chatId, 'without Jun'))
    expect(test.told.filter((one) => one.socketId === 'evicted').length).toBe(before)
    expect(await codeOf(test.emit(jun, 'evicted', 'chat.typing', { chatId, isTyping: true }))).toBe('not_found')
  })

  it('is in no log and no audit row', async () => {
    const canary = 'canary-5d1e77'
    const mina = await test.person('Mina')
    const chatId = (await test.as(mina).create({ workspaceId: test.workspaceId, title: canary, isShared: true }))
      .id as ChatSessionId
    test.behaviour.answer = () => ({ pieces: [canary], error: 'ai_failed' })
    await test.emit(mina, 'm', 'chat.join', { chatId })
    await test.as(mina).ask({
      ...test.draft(chatId, canary),
      attachments: [{ kind: 'file', name: `${canary}.ts`, text: canary }],
    })
    await test.settled(mina, chatId)
    expect(JSON.stringify(test.gateway.calls.at(-1)?.input)).toContain(canary)
    expect(`${test.logged.join('')}${JSON.stringify(test.audited)}`).not.toContain(canary)
  })
})

describe('what is attached', () => {
  const output = { kind: 'terminal' as const, name: 'shell', text: 'secret of the shell' }

  it('from a terminal reaches no viewer who may not see terminals, by message, by AI or by role', async () => {
    const [mina, vera] = [await test.person('Mina'), await test.person('Vera', 'viewer')]
    const { workspaceId, prisma } = test
    const [shared, own] = [await test.chatOf(mina), await test.chatOf(mina, false)]
    const withOutput = (chatId: ChatSessionId) => ({ ...test.draft(chatId, 'why?'), attachments: [output] })
    expect(await codeOf(test.as(mina).ask(withOutput(shared)))).toBe('terminal_not_for_all')
    expect(await codeOf(test.as(vera).send(withOutput(shared)))).toBe('forbidden')

    await test.emit(mina, 'm', 'chat.join', { chatId: own })
    await test.as(mina).ask(withOutput(own))
    await test.settled(mina, own)
    expect(JSON.stringify(test.gateway.calls.at(-1)?.input)).toContain(output.text)
    expect((await test.as(mina).read({ workspaceId, chatId: own })).messages[0]?.attachments).toEqual([output])

    await test.as(mina).share({ workspaceId, chatId: own })
    expect((await test.as(vera).read({ workspaceId, chatId: own })).messages[0]?.attachments).toEqual([
      { ...output, text: '', isHidden: true },
    ])
    const { messages } = await test.as(mina).read({ workspaceId, chatId: own })
    await test.as(mina).regenerate({ workspaceId, chatId: own, messageId: messages[0]!.id as ChatMessageId })
    await test.settled(mina, own)
    expect(JSON.stringify(test.gateway.calls.at(-1)?.input)).not.toContain(output.text)

    await prisma.workspace.update({ where: { id: workspaceId }, data: { viewersWatchTerminals: true } })
    await test.as(mina).send(withOutput(shared))
    await prisma.workspace.update({ where: { id: workspaceId }, data: { viewersWatchTerminals: false } })
  })

  it('of a file that holds secrets is for people, and never for a model', async () => {
    const mina = await test.person('Mina')
    const chatId = await test.chatOf(mina)
    const attachments = [
      { kind: 'file' as const, name: 'deploy/.env', text: 'TOKEN=hush' },
      { kind: 'file' as const, name: 'src/a.ts', text: 'const seen = 1' },
    ]
    await test.emit(mina, 'm', 'chat.join', { chatId })
    await test.as(mina).ask({ ...test.draft(chatId, 'look'), attachments })
    await test.settled(mina, chatId)
    const asked = JSON.stringify(test.gateway.calls.at(-1)?.input)
    expect(asked).toContain('const seen = 1')
    expect(asked).not.toContain('hush')
    const { messages } = await test.as(mina).read({ workspaceId: test.workspaceId, chatId })
    expect(messages[0]?.attachments).toEqual(attachments)
  })
})

describe('a queue', () => {
  it('has one run under way, however many ask at once', async () => {
    const mina = await test.person('Mina')
    const chatId = await test.chatOf(mina)
    let underWay = 0
    let most = 0
    test.behaviour.answer = () => ({
      pieces: ['one'],
      async beforePiece() {
        most = Math.max(most, ++underWay)
        await new Promise(setImmediate)
        underWay--
      },
    })
    await test.emit(mina, 'm', 'chat.join', { chatId })
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => test.as(mina).ask(test.draft(chatId, `question ${index}`))),
    )
    expect((await test.settled(mina, chatId)).map((run) => run.status)).toEqual(Array(8).fill('done'))
    expect(most).toBe(1)
  })
})
