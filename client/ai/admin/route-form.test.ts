import { describe, expect, it } from 'vitest'
import { routeInput } from '#shared/api/ai.ts'
import { formOf, readRoute, type RouteForm } from './route-form.ts'

const ID = 'A'.repeat(22)
const filled = (change: Partial<RouteForm> = {}): RouteForm => ({ ...formOf(null, ID), model: ' big ', ...change })

describe('readRoute', () => {
  it('takes the same name at the provider where none is given, and what the server accepts', () => {
    const route = readRoute(filled({ inputPrice: '0.15' }))
    expect(route).toMatchObject({ model: 'big', upstreamModel: 'big', inputPrice: 150_000, firstTokenMs: null })
    expect(routeInput.safeParse(route).success).toBe(true)
  })

  it('gives a chat no template, whatever was chosen before', () => {
    expect(readRoute(filled({ template: 'qwen' }))?.template).toBeNull()
    expect(readRoute(filled({ template: 'qwen', purpose: 'completion' }))?.template).toBe('qwen')
  })

  it.each<Partial<RouteForm>>([
    { model: ' ' },
    { providerId: '' },
    { maxTokens: '0' },
    { maxTokens: '1.5' },
    { contextTokens: '100' },
    { inputPrice: '-1' },
    { outputPrice: '' },
    { firstTokenMs: '5' },
  ])('waits while %j is typed', (change) => expect(readRoute(filled(change))).toBeNull())
})
