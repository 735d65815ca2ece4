import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UserActor } from '#shared/access/actor.ts'
import { aiAuthorId, OPEN_SUGGESTIONS_MAX, SUGGESTION_CHARS } from '#shared/api/suggestions.ts'
import type { ChatMessageId, ChatSessionId, DocumentId, SuggestionId, WorkspaceId } from '#shared/ids.ts'
import { newId } from '#server/platform/tokens.ts'
import { until } from '#server/sync/testing.ts'
import { createTestSuggestions, type TestSuggestions } from './testing/test-suggestions.ts'

const BASE = 'one\ntwo\nthree\nfour\nfive\n'
const NEXT = 'ONE\ntwo\nTHREE\nfour\nFIVE\n'

let test: TestSuggestions
let ann: UserActor
let bob: UserActor
let viewer: UserActor
let documentId: DocumentId

beforeAll(async () => {
  test = await createTestSuggestions()
  ann = await test.person('Ann')
  bob = await test.person('Bob')
  viewer = await test.person('Vera', 'viewer')
})
beforeEach(async () => {
  documentId = await test.document(BASE)
  test.told.length = 0
  test.behaviour.answer = () => ({ pieces: ['```\n', 'ONE\n', '```'] })
})
afterAll(() => test.close())

const lastRow = async () => {
  const row = await test.prisma.documentUpdate.findFirstOrThrow({ where: { documentId }, orderBy: { seq: 'desc' } })
  return { seq: Number(row.seq), userIds: row.userIds }
}
const statuses = ({ hunks }: { readonly hunks: readonly { readonly status: string }[] }) => hunks.map((h) => h.status)

describe('a suggestion by a person', () => {
  it('is hunks with their lines, what is around them, and who made it', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    expect(made).toMatchObject({
      documentId,
      source: 'person',
      requester: { id: ann.userId, name: 'Ann' },
      model: null,
    })
    expect(made.hunks).toMatchObject([
      { position: 0, status: 'open', isConflict: false, baseText: 'one\n', newText: 'ONE\n', fromLine: 1, before: '' },
      {
        position: 1,
        baseText: 'three\n',
        newText: 'THREE\n',
        fromLine: 3,
        before: 'one\ntwo\n',
        after: 'four\nfive\n',
      },
      { position: 2, baseText: 'five\n', newText: 'FIVE\n', fromLine: 5, after: '' },
    ])
    expect(await test.textOf(documentId)).toBe(BASE)
    expect(test.told).toEqual([
      {
        to: test.workspaceId,
        event: 'suggestion.changed',
        payload: { workspaceId: test.workspaceId, documentId, suggestionId: made.id },
      },
    ])
    const { suggestions } = await test.as(viewer).ofDocument({ workspaceId: test.workspaceId, documentId })
    expect(suggestions).toEqual([made])
    const list = await test.as(bob).list({ workspaceId: test.workspaceId })
    expect(list.suggestions[0]).toMatchObject({
      id: made.id,
      counts: { open: 3, accepted: 0, rejected: 0, undone: 0 },
    })
  })

  it('may come from a viewer, who may not decide on it but take it back', async () => {
    const made = await test.propose(viewer, documentId, NEXT)
    const choice = test.choice(made)
    for (const verb of ['accept', 'reject', 'undo'] as const)
      await expect(test.as(viewer)[verb](choice)).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    await expect(test.as(bob).withdraw(choice)).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    expect(statuses(await test.as(viewer).withdraw(choice))).toEqual(['rejected', 'rejected', 'rejected'])
  })

  it('is refused where its text does not stand there, and where it changes nothing', async () => {
    const range = await test.rangeOf(documentId, 'two\n')
    const input = { workspaceId: test.workspaceId, documentId, range, newText: 'TWO\n' }
    const propose = (baseText: string, newText = 'TWO\n') => test.as(ann).propose({ ...input, baseText, newText })
    await expect(propose('other\n')).rejects.toMatchObject({ cause: { code: 'conflict' } })
    await expect(propose('two\n', 'two\n')).rejects.toMatchObject({ cause: { code: 'bad_request' } })
    const nowhere = { start: 'AAAA', end: '////' }
    const lost = test.as(ann).propose({ ...input, range: nowhere, baseText: 'two\n' })
    await expect(lost).rejects.toMatchObject({ cause: { code: 'conflict' } })
  })

  it('within a line is about the line', async () => {
    const range = await test.rangeOf(documentId, 'hre')
    const input = { workspaceId: test.workspaceId, documentId, range, baseText: 'hre', newText: 'HRE' }
    const made = await test.as(ann).propose(input)
    expect(made.hunks).toMatchObject([{ baseText: 'three\n', newText: 'tHREe\n' }])
    const colleague = await test.open(bob, documentId)
    colleague.text.insert(BASE.indexOf('three'), '> ')
    await until(() => colleague.acknowledged === colleague.sent)
    expect(await test.as(bob).accept(test.choice(made))).toMatchObject({
      conflicts: [{ base: 'three\n', current: '> three\n' }],
    })
    colleague.socket.hangUp()
  })

  it('has line feeds alone, whatever a browser sends', async () => {
    const range = await test.rangeOf(documentId, 'two\n')
    const texts = { baseText: 'two\r\n', newText: 'a\r\nb\rc\r\n' }
    const made = await test.as(ann).propose({ workspaceId: test.workspaceId, documentId, range, ...texts })
    expect(made.hunks).toMatchObject([{ baseText: 'two\n', newText: 'a\nb\nc\n' }])
    await test.as(bob).accept(test.choice(made))
    expect(await test.textOf(documentId)).toBe('one\na\nb\nc\nthree\nfour\nfive\n')
  })

  it('waits beside so many others and no more', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    const others = [made.id, OPEN_SUGGESTIONS_MAX - 2]
    await test.pool.query(
      `insert into suggestion (id, workspace_id, document_id, epoch, source, requester_id)
        select 'other ' || s.document_id || i, s.workspace_id, s.document_id, s.epoch, s.source, s.requester_id
        from suggestion s, generate_series(1, $2) i where s.id = $1`,
      others,
    )
    await test.pool.query(
      `insert into suggestion_hunk (suggestion_id, position, start_anchor, end_anchor, base_text, new_text)
        select s.id, 0, '', '', '', 'x' from suggestion s where s.document_id = $1 and s.id like 'other %'`,
      [documentId],
    )
    const last = await test.propose(bob, documentId, NEXT)
    const oneMore = test.propose(ann, documentId, NEXT)
    await expect(oneMore).rejects.toMatchObject({ cause: { code: 'too_large' } })
    await test.as(bob).withdraw(test.choice(last))
    await test.propose(ann, documentId, NEXT)
  })
})

describe('accepting', () => {
  it('puts one hunk into the document, names author and accepter in the log, and everyone sees it live', async () => {
    const made = await test.propose(viewer, documentId, NEXT)
    const colleague = await test.open(ann, documentId)
    colleague.text.insert(0, 'zero\n')
    const done = await test.as(bob).accept(test.choice(made, 1))
    expect(done).toMatchObject({ status: 'done', changed: [1] })
    expect(statuses(done.suggestion)).toEqual(['open', 'accepted', 'open'])
    expect(done.suggestion.hunks[1]).toMatchObject({ decidedBy: { id: bob.userId }, fromLine: 4, isConflict: false })
    await until(() => colleague.text.toString() === 'zero\none\ntwo\nTHREE\nfour\nfive\n')
    expect(await test.textOf(documentId)).toBe('zero\none\ntwo\nTHREE\nfour\nfive\n')
    expect((await lastRow()).userIds).toEqual([viewer.userId, bob.userId])
    expect(test.activity).toContain(bob.userId)
    colleague.socket.hangUp()
  })

  it('of all takes what is open, in one edit', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    await test.as(bob).reject(test.choice(made, 1))
    const before = await lastRow()
    const done = await test.as(bob).accept(test.choice(made))
    expect(done).toMatchObject({ status: 'done', changed: [0, 2] })
    expect(statuses(done.suggestion)).toEqual(['accepted', 'rejected', 'accepted'])
    expect(await test.textOf(documentId)).toBe('ONE\ntwo\nthree\nfour\nFIVE\n')
    expect((await lastRow()).seq).toBe(before.seq + 1)
  })

  it('50 times at once on two servers inserts once', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    const other = test.startNode()
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 ? test.as(ann) : other.as(bob)).accept(test.choice(made))),
    )
    await other.close()
    expect(outcomes.filter(({ status }) => status === 'conflict')).toEqual([])
    const winners = outcomes.filter((one) => one.status === 'done' && one.changed.length > 0)
    expect(winners).toHaveLength(1)
    expect(await test.textOf(documentId)).toBe(NEXT)
    expect((await lastRow()).seq).toBe(2)
    const rows = await test.prisma.auditEvent.count({ where: { targetId: made.id, action: 'suggestion.accepted' } })
    expect(rows).toBe(1)
  })

  it('and rejecting at once: each hunk has one end, and the text agrees', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    await Promise.all(
      Array.from({ length: 24 }, (_, i) => test.as(bob)[i % 2 ? 'accept' : 'reject'](test.choice(made, i % 3))),
    )
    const { hunks } = await test.as(ann).read(test.choice(made))
    const lines = BASE.split('\n')
    for (const { position, status, newText } of hunks)
      if (status === 'accepted') lines[position * 2] = newText.trimEnd()
    expect(statuses({ hunks }).every((status) => status === 'accepted' || status === 'rejected')).toBe(true)
    expect(await test.textOf(documentId)).toBe(lines.join('\n'))
  })

  it('in conflict applies nothing, not even what would fit, and tells the three texts', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    const colleague = await test.open(bob, documentId)
    colleague.text.insert(BASE.indexOf('three') + 2, 'X')
    await until(() => colleague.acknowledged === colleague.sent)
    const { suggestions } = await test.as(ann).ofDocument({ workspaceId: test.workspaceId, documentId })
    expect(suggestions[0]?.hunks.map((hunk) => hunk.isConflict)).toEqual([false, true, false])
    const outcome = await test.as(ann).accept(test.choice(made))
    expect(outcome).toMatchObject({
      status: 'conflict',
      conflicts: [{ position: 1, base: 'three\n', current: 'thXree\n', proposed: 'THREE\n' }],
    })
    expect(statuses(outcome.suggestion)).toEqual(['open', 'open', 'open'])
    expect(await test.textOf(documentId)).toBe('one\ntwo\nthXree\nfour\nfive\n')
    colleague.socket.hangUp()
  })

  it('after a conflict replaces what the person saw, and nothing else', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    const colleague = await test.open(bob, documentId)
    colleague.text.insert(BASE.indexOf('three') + 2, 'X')
    await until(() => colleague.acknowledged === colleague.sent)
    const seen = { ...test.choice(made), position: 1, text: 'THREE with X\n' }
    const late = await test.as(ann).resolve({ ...seen, current: 'three\n' })
    expect(late).toMatchObject({ status: 'conflict', conflicts: [{ position: 1, current: 'thXree\n' }] })
    const done = await test.as(ann).resolve({ ...seen, current: 'thXree\n' })
    expect(done).toMatchObject({ status: 'done', changed: [1] })
    expect(await test.textOf(documentId)).toBe('one\ntwo\nTHREE with X\nfour\nfive\n')
    // Undoing brings back what it replaced, not what the hunk was made for.
    await test.as(ann).undo(test.choice(made))
    expect(await test.textOf(documentId)).toBe('one\ntwo\nthXree\nfour\nfive\n')
    colleague.socket.hangUp()
  })

  it('is asked again in the transaction: who lost the right meanwhile writes nothing', async () => {
    const eve = await test.person('Eve')
    const made = await test.propose(ann, documentId, NEXT)
    const blocker = await test.pool.connect()
    await blocker.query('begin')
    await blocker.query('select 1 from document_head where document_id = $1 for update', [documentId])
    const accepting = test.as(eve).accept(test.choice(made))
    accepting.catch(() => {})
    const where = { workspaceId_userId: { workspaceId: test.workspaceId, userId: eve.userId } }
    await test.prisma.membership.update({ where, data: { role: 'viewer' } })
    await blocker.query('commit')
    blocker.release()
    await expect(accepting).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    expect(await test.textOf(documentId)).toBe(BASE)
  })

  it('of another epoch is a conflict without a place', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    await test.prisma.document.update({ where: { id: documentId }, data: { epoch: { increment: 1 } } })
    expect(await test.as(bob).accept(test.choice(made, 0))).toMatchObject({
      status: 'conflict',
      conflicts: [{ position: 0, base: 'one\n', current: null, proposed: 'ONE\n' }],
    })
    expect(await test.textOf(documentId)).toBe(BASE)
  })
})

describe('undoing', () => {
  it('takes back all that one person accepted, in one edit, and leaves what others accepted', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    await test.as(bob).accept(test.choice(made, 0))
    await test.as(ann).accept(test.choice(made, 1))
    await test.as(bob).accept(test.choice(made, 2))
    const before = await lastRow()
    const done = await test.as(bob).undo(test.choice(made))
    expect(done).toMatchObject({ status: 'done', changed: [0, 2] })
    expect(statuses(done.suggestion)).toEqual(['undone', 'accepted', 'undone'])
    expect(await test.textOf(documentId)).toBe('one\ntwo\nTHREE\nfour\nfive\n')
    expect(await lastRow()).toEqual({ seq: before.seq + 1, userIds: [bob.userId] })
    expect(await test.as(bob).undo(test.choice(made))).toMatchObject({ status: 'done', changed: [] })
  })

  it('is refused where the text changed since, with nothing undone', async () => {
    const made = await test.propose(ann, documentId, NEXT)
    await test.as(bob).accept(test.choice(made))
    const colleague = await test.open(ann, documentId)
    colleague.text.insert(1, 'x')
    await until(() => colleague.acknowledged === colleague.sent)
    const outcome = await test.as(bob).undo(test.choice(made))
    expect(outcome).toMatchObject({
      status: 'conflict',
      conflicts: [{ position: 0, base: 'ONE\n', current: 'OxNE\n', proposed: 'one\n' }],
    })
    expect(outcome.suggestion.hunks.map((hunk) => hunk.isConflict)).toEqual([true, false, false])
    expect(await test.as(bob).undo(test.choice(made, 1, 2))).toMatchObject({ status: 'done', changed: [1, 2] })
    expect(await test.textOf(documentId)).toBe('OxNE\ntwo\nthree\nfour\nfive\n')
    colleague.socket.hangUp()
  })

  it('brings back what was deleted, and takes away what was inserted', async () => {
    const made = await test.propose(ann, documentId, 'two\nthree\nand a half\nfour\n')
    await test.as(bob).accept(test.choice(made))
    expect(await test.textOf(documentId)).toBe('two\nthree\nand a half\nfour\n')
    await test.as(bob).undo(test.choice(made))
    expect(await test.textOf(documentId)).toBe(BASE)
  })
})

describe('a suggestion by AI', () => {
  const ask = (by: UserActor, more: object = {}, signal?: AbortSignal) =>
    test.as(by, signal).ask({
      workspaceId: test.workspaceId,
      documentId,
      askId: newId<string>(),
      instruction: 'CANARY shout the first line',
      ...more,
    })

  it('rewrites a selection, charged to who asked, and tells what it writes to them alone', async () => {
    const range = await test.rangeOf(documentId, 'one\n')
    const result = await ask(ann, { range, model: 'fake' })
    expect(result).toMatchObject({
      status: 'suggested',
      suggestion: { source: 'ai', requester: { id: ann.userId }, model: 'fake', title: '' },
    })
    if (result.status !== 'suggested') return
    expect(result.suggestion.hunks).toMatchObject([{ baseText: 'one\n', newText: 'ONE\n', fromLine: 1 }])
    expect(test.gateway.calls.at(-1)).toMatchObject({
      caller: { userId: ann.userId, workspaceId: test.workspaceId },
      input: { purpose: 'chat' },
    })
    const texts = test.told.filter(({ event }) => event === 'suggestion.text')
    expect(texts.map(({ payload }) => (payload as { text: string }).text).join('')).toBe('```\nONE\n```')
    expect(new Set(texts.map(({ to }) => to))).toEqual(new Set([ann.userId]))
    expect(test.told.filter(({ event }) => event === 'suggestion.working')).toMatchObject([
      { to: test.workspaceId, payload: { isWorking: true, ask: { documentId, requester: { id: ann.userId }, range } } },
      { to: test.workspaceId, payload: { isWorking: false } },
    ])
    await test.as(bob).accept(test.choice(result.suggestion))
    expect((await lastRow()).userIds).toEqual([aiAuthorId(ann.userId), bob.userId])
    const owners = await test.prisma.clientId.findMany({ where: { documentId } })
    expect(owners.map(({ userId }) => userId).toSorted()).toEqual(['agent', aiAuthorId(ann.userId)])
  })

  it('follows its lines while people type as AI thinks, and is in conflict where they typed in them', async () => {
    const colleague = await test.open(bob, documentId)
    test.behaviour.answer = () => ({
      pieces: [`\`\`\`\n${NEXT}\`\`\``],
      async beforePiece() {
        colleague.text.insert(0, 'zero\n')
        colleague.text.insert(colleague.text.toString().indexOf('five'), 'X')
        await until(() => colleague.acknowledged === colleague.sent)
      },
    })
    const result = await ask(ann)
    if (result.status !== 'suggested') throw new Error(result.status)
    expect(result.suggestion.hunks.map(({ fromLine, isConflict }) => [fromLine, isConflict])).toEqual([
      [2, false],
      [4, false],
      [6, true],
    ])
    await test.as(bob).accept(test.choice(result.suggestion, 0, 1))
    expect(await test.textOf(documentId)).toBe('zero\nONE\ntwo\nTHREE\nfour\nXfive\n')
    colleague.socket.hangUp()
  })

  it('is cancelled by the browser that no longer waits, and stopped by a colleague', async () => {
    const { promise: speaking, resolve: speaks } = Promise.withResolvers<void>()
    test.behaviour.answer = () => ({
      pieces: ['x'],
      beforePiece() {
        speaks()
        return new Promise(() => {})
      },
    })
    const leaving = new AbortController()
    const askId = newId<string>()
    const first = ask(ann, { askId }, leaving.signal)
    first.catch(() => {})
    await speaking
    const { asks } = await test.as(bob).ofDocument({ workspaceId: test.workspaceId, documentId })
    expect(asks).toMatchObject([{ askId, requester: { name: 'Ann' }, range: null }])
    leaving.abort()
    await expect(first).rejects.toMatchObject({ cause: { code: 'cancelled' } })

    const second = ask(ann, { askId })
    second.catch(() => {})
    await until(() => test.told.filter(({ event }) => event === 'suggestion.working').length === 3)
    const stranger = { workspaceId: newId<WorkspaceId>(), askId }
    await expect(test.as(bob).stopAsk(stranger)).rejects.toMatchObject({ cause: { code: 'not_found' } })
    await test.as(bob).stopAsk({ workspaceId: test.workspaceId, askId })
    await expect(second).rejects.toMatchObject({ cause: { code: 'cancelled' } })
    await expect(test.as(bob).stopAsk({ workspaceId: test.workspaceId, askId })).rejects.toMatchObject({
      cause: { code: 'not_found' },
    })
    expect((await test.as(bob).ofDocument({ workspaceId: test.workspaceId, documentId })).suggestions).toEqual([])
  })

  it('is none where AI says nothing, changes nothing, fails or is cut off', async () => {
    test.behaviour.answer = () => ({ pieces: [' \n'] })
    expect(await ask(ann)).toEqual({ status: 'unchanged' })
    test.behaviour.answer = () => ({ pieces: [`\`\`\`\n${BASE}\`\`\``] })
    expect(await ask(ann)).toEqual({ status: 'unchanged' })
    test.behaviour.answer = () => ({ pieces: ['```\nON'], error: 'ai_timeout' })
    await expect(ask(ann)).rejects.toMatchObject({ cause: { code: 'ai_timeout' } })
    test.behaviour.answer = () => ({ pieces: ['```\nON'], finishReason: 'length' })
    await expect(ask(ann)).rejects.toMatchObject({ cause: { code: 'ai_refused' } })
    expect((await test.as(bob).ofDocument({ workspaceId: test.workspaceId, documentId })).suggestions).toEqual([])
  })

  it('is not offered in a file of secrets, to a viewer, or four times at once', async () => {
    const secret = await test.document('KEY=1\n', `${newId<string>()}/.env`)
    const before = test.gateway.calls.length
    expect(await ask(ann, { documentId: secret })).toEqual({ status: 'not_offered', reason: 'secret_file' })
    await expect(ask(viewer)).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    expect(test.gateway.calls).toHaveLength(before)
    const leaving = new AbortController()
    test.behaviour.answer = () => ({ pieces: ['x'], beforePiece: () => new Promise(() => {}) })
    const three = [1, 2, 3].map(() => ask(ann, {}, leaving.signal).catch(() => 'cancelled'))
    await until(() => test.told.length === 3)
    await expect(ask(ann)).rejects.toMatchObject({ cause: { code: 'rate_limited' } })
    leaving.abort()
    expect(await Promise.all(three)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  })

  it('leaves the instruction nowhere', async () => {
    await ask(ann)
    await ask(ann, { range: await test.rangeOf(documentId, 'one\n') })
    const { rows } = await test.pool.query<{ found: string }>(
      `select 'suggestion' as found from suggestion s where s::text like '%CANARY%' union all
       select 'hunk' from suggestion_hunk h where h::text like '%CANARY%' union all
       select 'audit' from audit_event a where a::text like '%CANARY%' union all
       select 'usage' from ai_usage u where u::text like '%CANARY%'`,
    )
    expect(rows).toEqual([])
    expect(test.logged.join('')).not.toContain('CANARY')
    expect(JSON.stringify(test.told)).not.toContain('CANARY')
  })
})

describe('code of a chat', () => {
  const path = 'src/sum.ts'
  const file = 'export function sum(a, b) {\n  return a + b\n}\n\nexport const zero = 0\n'
  const code = 'export function sum(a, b, c = 0) {\n  return a + b + c\n}'
  let chatId: ChatSessionId
  let messageId: ChatMessageId

  beforeAll(async () => {
    chatId = newId<ChatSessionId>()
    messageId = newId<ChatMessageId>()
    const text = `Like this:\n\n- first\n\n  \`\`\`ts\n${code.replace(/^/gm, '  ')}\n  \`\`\`\n`
    await test.prisma.chatSession.create({
      data: {
        id: chatId,
        workspaceId: test.workspaceId,
        ownerId: ann.userId,
        title: 't',
        sharedAt: new Date(),
        messages: { create: { id: messageId, kind: 'answer', text } },
      },
    })
  })
  const applyCode = (by: UserActor, more: object = {}) =>
    test.as(by).applyCode({ workspaceId: test.workspaceId, chatId, messageId, code, path, ...more })

  it('finds its place in the file and waits there for an editor', async () => {
    const id = await test.document(file, path)
    const result = await applyCode(bob)
    expect(result).toMatchObject({ status: 'suggested', suggestion: { source: 'ai', messageId, path } })
    if (result.status !== 'suggested') return
    expect(await test.textOf(id)).toBe(file)
    await test.as(ann).accept(test.choice(result.suggestion))
    expect(await test.textOf(id)).toBe(`${code}\n\nexport const zero = 0\n`)
    expect(await applyCode(bob)).toEqual({ status: 'unchanged' })
  })

  it('asks where, and goes there', async () => {
    const id = await test.document('alpha\nbeta\n', 'other.ts')
    expect(await applyCode(bob, { path: 'other.ts' })).toEqual({ status: 'place_needed' })
    const range = await test.rangeOf(id, 'beta\n')
    const at = await applyCode(bob, { path: 'other.ts', place: { type: 'range', range } })
    if (at.status !== 'suggested') throw new Error(at.status)
    await test.as(ann).accept(test.choice(at.suggestion))
    expect(await test.textOf(id)).toBe(`alpha\n${code}\n`)
    const whole = await applyCode(bob, { path: 'other.ts', place: { type: 'whole' } })
    if (whole.status !== 'suggested') throw new Error(whole.status)
    await test.as(ann).accept(test.choice(whole.suggestion))
    expect(await test.textOf(id)).toBe(`${code}\n`)
  })

  it('must be of an answer that this person may read', async () => {
    await expect(applyCode(bob, { code: 'rm -rf /' })).rejects.toMatchObject({ cause: { code: 'bad_request' } })
    await expect(applyCode(viewer)).rejects.toMatchObject({ cause: { code: 'forbidden' } })
    await expect(applyCode(bob, { messageId: newId() })).rejects.toMatchObject({ cause: { code: 'not_found' } })
    await test.prisma.chatSession.update({ where: { id: chatId }, data: { sharedAt: null } })
    await expect(applyCode(bob)).rejects.toMatchObject({ cause: { code: 'not_found' } })
  })
})

describe('bad input', () => {
  it('finds a foreign document, suggestion or position missing', async () => {
    const foreign = newId<WorkspaceId>()
    await test.prisma.workspace.create({ data: { id: foreign, name: 'foreign', volumeId: newId<string>() } })
    const theirs = await test.document('secret\n', 'a.ts', foreign)
    const { workspaceId } = test
    const range = await test.rangeOf(theirs, 'secret\n')
    const missing = { cause: { code: 'not_found' } }
    const askId = newId<string>()
    await expect(test.as(ann).ofDocument({ workspaceId, documentId: theirs })).rejects.toMatchObject(missing)
    await expect(
      test.as(ann).propose({ workspaceId, documentId: theirs, range, baseText: 'secret\n', newText: 'x' }),
    ).rejects.toMatchObject(missing)
    await expect(test.as(ann).ask({ workspaceId, documentId: theirs, askId, instruction: 'x' })).rejects.toMatchObject(
      missing,
    )
    const made = await test.propose(ann, documentId, NEXT)
    await test.prisma.suggestion.update({ where: { id: made.id }, data: { workspaceId: foreign } })
    const choice = test.choice(made)
    for (const verb of ['read', 'withdraw'] as const)
      await expect(test.as(ann)[verb](choice)).rejects.toMatchObject(missing)
    for (const verb of ['accept', 'reject', 'undo'] as const)
      await expect(test.as(ann)[verb](choice)).rejects.toMatchObject(missing)
    await test.prisma.suggestion.update({ where: { id: made.id }, data: { workspaceId } })
    await expect(test.as(ann).accept(test.choice(made, 7))).rejects.toMatchObject(missing)
    await expect(test.as(ann).read({ workspaceId, suggestionId: newId<SuggestionId>() })).rejects.toMatchObject(missing)
  })

  it.each([
    ['a text over the limit', { newText: 'x'.repeat(SUGGESTION_CHARS + 1) }],
    ['NUL', { newText: 'a\0b' }],
    ['half a character', { newText: '\ud800' }],
    ['a title of two lines', { title: 'a\nb' }],
    ['an anchor that is no base64', { range: { start: '<script>', end: 'AA==' } }],
    ['a long anchor', { range: { start: 'A'.repeat(300), end: 'AA==' } }],
    ['keys of the prototype', JSON.parse('{"__proto__":{"isAdmin":true},"constructor":1}') as object],
    ['an author of its own', { requesterId: 'someone', source: 'ai' }],
  ])('refuses %s', async (_name, more) => {
    const range = await test.rangeOf(documentId, 'two\n')
    const input = { workspaceId: test.workspaceId, documentId, range, baseText: 'two\n', newText: 'TWO\n', ...more }
    await expect(test.as(ann).propose(input as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('takes text that means something elsewhere as text', async () => {
    const odd = '__proto__\n$1 $& \\n {"a":1} </script>\n{1,2,"NULL"}\n'
    const made = await test.propose(ann, documentId, odd)
    await test.as(bob).accept(test.choice(made))
    expect(await test.textOf(documentId)).toBe(odd)
  })

  it('tells ten thousand changes in hunks that can be read, and accepts them', async () => {
    const base = Array.from({ length: 4_000 }, (_, i) => `l${i}\n`)
    const large = await test.document(base.join(''))
    const next = base.map((line, i) => (i % 2 ? line : `c${i}\n`)).join('')
    const made = await test.propose(ann, large, next)
    expect(made.hunks.length).toBeLessThanOrEqual(200)
    await test.as(bob).accept(test.choice(made))
    expect(await test.textOf(large)).toBe(next)
  })
})
