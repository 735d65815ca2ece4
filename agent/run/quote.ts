/** Whether a name can be typed at a prompt at all: control characters act as keys, quoted or not. */
export const isTypable = (name: string): boolean => name.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(name)

/** One word for any shell: nothing in it is looked at. */
export const quote = (word: string): string =>
  /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
