import { COMMON_PARTS, COMMON_PASSWORDS } from './common-passwords.ts'

/** NIST 800-63B-4: 15 without a second factor. Counted in bytes, so that five syllables of Hangul alone do not pass… */
const MIN_BYTES = 15
/** …and never fewer characters than these. */
const MIN_CHARACTERS = 8
/** What must be left once the guessable parts are taken out. */
const MIN_UNGUESSABLE = 6
const MIN_DISTINCT = 5
const MIN_RUN = 4
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '!@#$%^&*()']
const LEET: Readonly<Record<string, string>> = { '@': 'a', '4': 'a', '3': 'e', '1': 'i', '0': 'o', $: 's', '5': 's' }

/** Whether a guesser would try this early. No rules about kinds of characters: length and surprise are what count. */
export function isWeakPassword(password: string, owner: { email: string; name: string }): boolean {
  const characters = [...password]
  if (Buffer.byteLength(password) < MIN_BYTES || characters.length < MIN_CHARACTERS) return true
  const lower = password.toLowerCase()
  if (COMMON_PASSWORDS.has(lower) || isRepetition([...lower])) return true
  if (new Set(characters).size < MIN_DISTINCT) return true
  const withoutOwner = remove(lower, ownParts(owner))
  const withoutRuns = removeRuns(withoutOwner)
  const unleeted = [...withoutRuns].map((c) => LEET[c] ?? c).join('')
  return [remove(withoutRuns, COMMON_PARTS), remove(unleeted, COMMON_PARTS)].some(
    (rest) => countSurprises(rest) < MIN_UNGUESSABLE,
  )
}

/** The e-mail, its two halves, and the name with and without spaces; parts too short to mean anything are left. */
function ownParts({ email, name }: { email: string; name: string }): string[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@')
  const words = name.toLowerCase().split(/\s+/)
  return [
    email.toLowerCase(),
    local,
    domain,
    domain.split('.')[0] ?? '',
    words.join(''),
    words.join(' '),
    ...words,
  ].filter((part) => [...part].length >= 3)
}

const remove = (text: string, parts: readonly string[]): string =>
  parts.toSorted((a, b) => b.length - a.length).reduce((rest, part) => rest.replaceAll(part, ''), text)

/** Whether the whole is one short unit over and over, as in `abcabcabcabcabc`. */
const isRepetition = (characters: readonly string[]): boolean =>
  [1, 2, 3, 4, 5, 6, 7, 8].some(
    (unit) => unit * 2 <= characters.length && characters.every((c, i) => c === characters[i % unit]),
  )

/** Takes out neighbours on the keyboard or in the alphabet, forwards and backwards: `abcd`, `4321`, `qwerty`. */
function removeRuns(text: string): string {
  const characters = [...text]
  const kept: string[] = []
  for (let start = 0; start < characters.length;) {
    const length = Math.max(runLength(characters, start, 1), runLength(characters, start, -1))
    if (length < MIN_RUN) kept.push(characters[start] ?? '')
    start += length < MIN_RUN ? 1 : length
  }
  return kept.join('')
}

function runLength(characters: readonly string[], start: number, step: 1 | -1): number {
  let best = 1
  for (const row of ROWS) {
    let length = 1
    while (follows(row, characters[start + length - 1], characters[start + length], step)) length += 1
    best = Math.max(best, length)
  }
  return best
}

const follows = (row: string, from: string | undefined, to: string | undefined, step: 1 | -1): boolean => {
  if (from === undefined || to === undefined) return false
  const [first, second] = step === 1 ? [from, to] : [to, from]
  return row.includes(first + second)
}

/** Characters that differ from the one before and are no bare separators. */
const countSurprises = (text: string): number => {
  const characters = [...text].filter((c) => !/[\s\-_.!]/u.test(c))
  return characters.filter((c, i) => c !== characters[i - 1]).length
}
