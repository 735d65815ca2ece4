/**
 * Whether a person, a workspace or a key may be called that: nothing in it directs text or is not seen, but for the
 * two joiners without which Persian is misspelt and many an emoji falls apart, and something of it is seen.
 */
export const isPlainName = (name: string): boolean =>
  /^(?:[^\p{Cc}\p{Cf}]|[\u200c\u200d])*$/u.test(name) && /[^\s\u200c\u200d]/u.test(name)
