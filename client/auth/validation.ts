import { isPlainName } from '#shared/names.ts'
import { messages } from './locale.ts'

const MIN_PASSWORD = 15
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** The sentence under the field, or null where nothing is wrong. The server has the last word. */
export const emailProblem = (email: string): string | null =>
  EMAIL.test(email.trim()) ? null : messages.t('problem.email')

export const requiredProblem = (value: string): string | null =>
  value.trim() === '' ? messages.t('problem.required') : null

/** A display name; what is pasted may hold marks that nobody sees. */
export const nameProblem = (name: string): string | null =>
  requiredProblem(name) ?? (isPlainName(name.trim()) ? null : messages.t('problem.name'))

/** Counts characters as people do: an emoji or a syllable is one. */
export function passwordProblem(password: string): string | null {
  const missing = MIN_PASSWORD - [...new Intl.Segmenter().segment(password)].length
  return missing > 0 ? messages.t('problem.short', { count: missing }) : null
}

/** A path on this server to go to after signing in; anything else, also `//evil` and `/\evil`, is the start page. */
export function localNext(next: unknown): string {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return '/'
  const url = new URL(next, 'http://local.invalid')
  return url.host === 'local.invalid' ? url.pathname + url.search + url.hash : '/'
}
