import { ID_PATTERN } from '#shared/ids.ts'

/** An id made here, so that the same thing sent again after a broken connection is one. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const id = btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
  if (!ID_PATTERN.test(id)) throw new Error('an id of 22 characters was expected')
  return id
}
