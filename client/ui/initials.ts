const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** What a person sees as one character: a flag or a family is one, too. */
const charactersOf = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment)

const HANGUL = /^[\u1100-\u11ff\uac00-\ud7ff]/

/** "Mina Kang" → MK; a Korean name is known by its given name's first syllable: 한지윤 → 지, 지윤 → 지. */
export function initialsOf(name: string): string {
  const words = name.normalize('NFC').trim().split(/\s+/)
  const first = charactersOf(words[0] ?? '')
  if (HANGUL.test(first[0] ?? '')) return (first.length === 3 ? first[1] : first[0]) ?? ''
  const last = words.length > 1 ? charactersOf(words.at(-1) ?? '')[0] : first[1]
  return `${first[0] ?? ''}${words.length > 1 ? (last ?? '') : ''}`.toLocaleUpperCase()
}
