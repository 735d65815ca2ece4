/** The font of code: with D2Coding Wide a Hangul syllable is two cells. */
export const CODE_FONT = "'JetBrains Mono Variable', 'D2Coding Wide', monospace"
