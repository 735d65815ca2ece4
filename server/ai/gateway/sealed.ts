import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Keeps providers' keys unreadable in the database and its backups. */
export interface Sealer {
  /** `context` (an id) must be the same to unseal: a sealed value moved to another row does not open. */
  seal(plain: string, context: string): string
  /** null where the server's secret has changed or the value was tampered with. */
  unseal(sealed: string, context: string): string | null
}

/** AES-256-GCM under a key derived from the server's secret (RFC 5869), for this one purpose. */
export function createSealer(secret: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'pairloom ai provider key', 32))
  return {
    seal(plain, context) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      const parts = [nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return `v1.${Buffer.concat(parts).toString('base64url')}`
    },
    unseal(sealed, context) {
      const bytes = Buffer.from(sealed.slice(3), 'base64url')
      if (!sealed.startsWith('v1.') || bytes.length < 28) return null
      try {
        const opening = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(context))
        opening.setAuthTag(bytes.subarray(-16))
        return opening.update(bytes.subarray(12, -16), undefined, 'utf8') + opening.final('utf8')
      } catch {
        return null
      }
    },
  }
}
