import type { z } from 'zod'
import type { ProviderKind, ProviderRow, Purpose, RouteRow, Template } from '#shared/api/ai.ts'
import type { providerInput, routeInput } from '#shared/api/ai.ts'
import { AppError } from '#shared/errors.ts'
import { audit } from '#server/platform/audit.ts'
import { changesOf } from '#server/platform/audit-columns.ts'
import { newId } from '#server/platform/tokens.ts'
import type { AiAdminContext, Asking } from './context.ts'

/** Where models are and what answers to their names, without any key. */
export async function readConfig({
  prisma,
}: AiAdminContext): Promise<{ providers: ProviderRow[]; routes: RouteRow[] }> {
  const providers = await prisma.aiProvider.findMany({ orderBy: [{ name: 'asc' }, { id: 'asc' }] })
  const routes = await prisma.aiRoute.findMany({ orderBy: [{ model: 'asc' }, { purpose: 'asc' }, { position: 'asc' }] })
  return {
    providers: providers.map(({ id, name, kind, baseUrl, sealedApiKey, isEnabled }) => ({
      id,
      name,
      kind: kind as ProviderKind,
      baseUrl,
      hasApiKey: sealedApiKey !== null,
      isEnabled,
    })),
    routes: routes.map((route) => ({
      ...route,
      purpose: route.purpose as Purpose,
      template: route.template as Template | null,
      inputPrice: Number(route.inputPrice),
      outputPrice: Number(route.outputPrice),
    })),
  }
}

/**
 * Adds or changes a provider. Its key is sealed to its row, and never leaves the server but to its own address: where
 * that changes, the key must be given anew.
 */
export async function saveProvider(
  context: AiAdminContext,
  { me, requestId }: Asking,
  { id = newId<string>(), apiKey, ...facts }: z.output<typeof providerInput>,
): Promise<{ id: string }> {
  const { prisma, sealer, gateway } = context
  await prisma.$transaction(async (tx) => {
    const before = await tx.aiProvider.findUnique({ where: { id } })
    const isMoved = before !== null && new URL(before.baseUrl).origin !== new URL(facts.baseUrl).origin
    const kept = isMoved ? null : (before?.sealedApiKey ?? null)
    const sealedApiKey = apiKey === undefined ? kept : apiKey === null ? null : sealer.seal(apiKey, id)
    const data = { ...facts, sealedApiKey }
    const after = await tx.aiProvider.upsert({ where: { id }, create: { id, ...data }, update: data })
    const details = changesOf('AiProvider', before ?? {}, after)
    await audit(tx, { actor: me, action: 'ai.provider-saved', targetId: id, details, requestId })
  })
  gateway.targets.forget()
  return { id }
}

/** Removes a provider with its routes. */
export async function deleteProvider(context: AiAdminContext, { me, requestId }: Asking, id: string): Promise<void> {
  await context.prisma.$transaction(async (tx) => {
    const { count } = await tx.aiProvider.deleteMany({ where: { id } })
    if (count === 0) throw new AppError('not_found')
    await audit(tx, { actor: me, action: 'ai.provider-deleted', targetId: id, requestId })
  })
  context.gateway.targets.forget()
}

/** Adds a route behind the others of its model, or changes one. */
export async function saveRoute(
  context: AiAdminContext,
  { me, requestId }: Asking,
  { id = newId<string>(), ...facts }: z.output<typeof routeInput>,
): Promise<{ id: string }> {
  await context.prisma.$transaction(async (tx) => {
    if (!(await tx.aiProvider.findUnique({ where: { id: facts.providerId } }))) throw new AppError('not_found')
    const before = await tx.aiRoute.findUnique({ where: { id } })
    const { model, purpose } = facts
    const staysInPlace = before?.model === model && before.purpose === purpose
    const last = await tx.aiRoute.aggregate({ where: { model, purpose }, _max: { position: true } })
    const position = staysInPlace ? before.position : (last._max.position ?? -1) + 1
    const data = { ...facts, position, inputPrice: BigInt(facts.inputPrice), outputPrice: BigInt(facts.outputPrice) }
    const after = await tx.aiRoute.upsert({ where: { id }, create: { id, ...data }, update: data })
    const details = changesOf('AiRoute', before ?? {}, after)
    await audit(tx, { actor: me, action: 'ai.route-saved', targetId: id, details, requestId })
  })
  context.gateway.targets.forget()
  return { id }
}

export async function deleteRoute(context: AiAdminContext, { me, requestId }: Asking, id: string): Promise<void> {
  await context.prisma.$transaction(async (tx) => {
    const { count } = await tx.aiRoute.deleteMany({ where: { id } })
    if (count === 0) throw new AppError('not_found')
    await audit(tx, { actor: me, action: 'ai.route-deleted', targetId: id, requestId })
  })
  context.gateway.targets.forget()
}

/** Puts all routes of one model and purpose in this order; `conflict` where they are not exactly these any more. */
export async function orderRoutes(
  context: AiAdminContext,
  { me, requestId }: Asking,
  ids: readonly string[],
): Promise<void> {
  await context.prisma.$transaction(async (tx) => {
    const first = await tx.aiRoute.findUnique({ where: { id: ids[0] ?? '' } })
    if (!first) throw new AppError('not_found')
    const { model, purpose } = first
    const present = await tx.aiRoute.findMany({ where: { model, purpose }, select: { id: true } })
    const isSame = present.length === ids.length && present.every((route) => ids.includes(route.id))
    if (!isSame) throw new AppError('conflict')
    // Below zero first: two rows must not stand at one place in between.
    await tx.aiRoute.updateMany({ where: { model, purpose }, data: { position: { multiply: -1 } } })
    await tx.aiRoute.updateMany({ where: { model, purpose }, data: { position: { decrement: 1000 } } })
    for (const [position, id] of ids.entries()) await tx.aiRoute.update({ where: { id }, data: { position } })
    await audit(tx, { actor: me, action: 'ai.routes-ordered', details: { model, purpose }, requestId })
  })
  context.gateway.targets.forget()
}
