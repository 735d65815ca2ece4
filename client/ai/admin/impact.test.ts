import { describe, expect, it } from 'vitest'
import type { ProviderRow, RouteRow } from '#shared/api/ai.ts'
import { impactOf } from './impact.ts'

const provider = (id: string, isEnabled = true): ProviderRow => ({
  id,
  name: id,
  kind: 'openai',
  baseUrl: 'http://localhost/v1',
  hasApiKey: false,
  isEnabled,
})
const route = (id: string, model: string, providerId: string, more: Partial<RouteRow> = {}): RouteRow => ({
  id,
  model,
  purpose: 'chat',
  providerId,
  upstreamModel: model,
  position: 0,
  template: null,
  maxTokens: 100,
  contextTokens: 1000,
  inputPrice: 0,
  outputPrice: 0,
  firstTokenMs: null,
  isEnabled: true,
  ...more,
})

describe('impactOf', () => {
  it('names the models that lose their last answer, and only these', () => {
    const config = {
      providers: [provider('a'), provider('b')],
      routes: [route('1', 'big', 'a'), route('2', 'big', 'b'), route('3', 'small', 'a')],
    }
    const { routes, unanswered } = impactOf(config, (r) => r.providerId === 'a')
    expect(routes.map((r) => r.id)).toEqual(['1', '3'])
    expect(unanswered).toEqual(['small'])
  })

  it('counts neither a route that is off nor one of a provider that is off as an answer', () => {
    const config = {
      providers: [provider('a'), provider('b', false)],
      routes: [route('1', 'big', 'a'), route('2', 'big', 'b'), route('3', 'big', 'a', { isEnabled: false })],
    }
    expect(impactOf(config, (r) => r.id === '1').unanswered).toEqual(['big'])
    expect(impactOf(config, (r) => r.id === '3').unanswered).toEqual([])
  })

  it('takes chat and completions under one name for two things', () => {
    const config = {
      providers: [provider('a')],
      routes: [route('1', 'big', 'a'), route('2', 'big', 'a', { purpose: 'completion' })],
    }
    expect(impactOf(config, (r) => r.id === '2').unanswered).toEqual(['big'])
  })
})
