import { expect, it } from 'vitest'
import type { UserId } from '#shared/ids.ts'
import { AppError } from '#shared/errors.ts'
import type { GatewayCall } from '../gateway/types.ts'
import { createFakeGateway } from './fake-gateway.ts'

const call = (overrides: Partial<GatewayCall> = {}): GatewayCall => ({
  caller: { userId: 'u' as UserId, workspaceId: null },
  input: { purpose: 'chat', messages: [{ role: 'user', content: 'hello' }] },
  signal: new AbortController().signal,
  ...overrides,
})

it('gives the pieces in their order and keeps what it was asked', async () => {
  const gateway = createFakeGateway(() => ({ pieces: ['a', 'b'] }))
  const heard: string[] = []
  const result = await gateway.stream(call({ onDelta: (text) => heard.push(text) }))
  expect(heard).toEqual(['a', 'b'])
  expect(result).toMatchObject({ status: 'done', text: 'ab' })
  expect(gateway.calls).toHaveLength(1)
})

it('keeps what had come when it is stopped while it waits', async () => {
  const stop = new AbortController()
  const gateway = createFakeGateway(() => ({
    pieces: ['a', 'b'],
    beforePiece: (index) => (index === 0 ? Promise.resolve() : new Promise(() => stop.abort())),
  }))
  expect(await gateway.stream(call({ signal: stop.signal }))).toMatchObject({ status: 'stopped', text: 'a' })
})

it('refuses as the real one does, by throwing', async () => {
  const refusal = new AppError('ai_budget_exhausted')
  await expect(createFakeGateway(() => ({ pieces: [], refusal })).stream(call())).rejects.toBe(refusal)
})
