import type { ProviderRow } from '#shared/api/ai.ts'

/** The address as it is stored: without the slash that people leave at the end; null where it is none. */
export function readAddress(typed: string): string | null {
  const trimmed = typed.trim().replace(/\/+$/, '')
  if (/[@?#\s]/.test(trimmed) || !URL.canParse(trimmed)) return null
  return /^https?:$/.test(new URL(trimmed).protocol) ? trimmed : null
}

/** Whether the stored key would be sent to another server than the one it was given for. */
export function isMoved(provider: Pick<ProviderRow, 'baseUrl'> | null, typed: string): boolean {
  const address = readAddress(typed)
  return provider !== null && address !== null && new URL(address).origin !== new URL(provider.baseUrl).origin
}
