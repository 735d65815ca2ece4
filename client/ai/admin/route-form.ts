import type { Purpose, RouteRow, Template } from '#shared/api/ai.ts'
import { parseAmount, typeAmount } from '../money.ts'

/** A route as it is typed: numbers are texts until they are read. */
export interface RouteForm {
  readonly model: string
  readonly purpose: Purpose
  readonly providerId: string
  readonly upstreamModel: string
  readonly template: Template | null
  readonly maxTokens: string
  readonly contextTokens: string
  readonly inputPrice: string
  readonly outputPrice: string
  readonly firstTokenMs: string
  readonly isEnabled: boolean
}

export const LIMITS = {
  maxTokens: { min: 1, max: 1_000_000 },
  contextTokens: { min: 256, max: 100_000_000 },
  firstTokenMs: { min: 100, max: 300_000 },
} as const

export function formOf(route: RouteRow | null, providerId: string): RouteForm {
  if (route === null) {
    const limits = { maxTokens: '4096', contextTokens: '32768', firstTokenMs: '' }
    const facts = { model: '', purpose: 'chat', upstreamModel: '', template: null, isEnabled: true } as const
    return { ...facts, ...limits, providerId, inputPrice: '0', outputPrice: '0' }
  }
  return {
    ...route,
    maxTokens: String(route.maxTokens),
    contextTokens: String(route.contextTokens),
    inputPrice: typeAmount(route.inputPrice),
    outputPrice: typeAmount(route.outputPrice),
    firstTokenMs: route.firstTokenMs === null ? '' : String(route.firstTokenMs),
  }
}

/** A whole number of the field's range, or null. */
export function readWhole(typed: string, { min, max }: { readonly min: number; readonly max: number }): number | null {
  const text = typed.trim()
  const value = Number(text)
  return /^\d+$/.test(text) && value >= min && value <= max ? value : null
}

/** What is sent, or null while a field is empty or no number. A name at the provider that is left out is the same. */
export function readRoute(form: RouteForm) {
  const { purpose, providerId, isEnabled } = form
  const model = form.model.trim()
  const upstreamModel = form.upstreamModel.trim() === '' ? model : form.upstreamModel.trim()
  const maxTokens = readWhole(form.maxTokens, LIMITS.maxTokens)
  const contextTokens = readWhole(form.contextTokens, LIMITS.contextTokens)
  const inputPrice = parseAmount(form.inputPrice)
  const outputPrice = parseAmount(form.outputPrice)
  const waits = form.firstTokenMs.trim() === '' ? undefined : readWhole(form.firstTokenMs, LIMITS.firstTokenMs)
  if (model === '' || providerId === '' || waits === null) return null
  if (maxTokens === null || contextTokens === null || inputPrice === null || outputPrice === null) return null
  const template = purpose === 'completion' ? form.template : null
  const facts = { model, purpose, providerId, upstreamModel, template, isEnabled }
  return { ...facts, maxTokens, contextTokens, inputPrice, outputPrice, firstTokenMs: waits ?? null }
}
