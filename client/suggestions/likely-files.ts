interface Clues {
  /** what stands behind the fence's opening: "ts src/main.ts", `js title="a.js"` */
  readonly info: string
  /** files attached to the question, in their order */
  readonly attached: readonly string[]
  /** texts of the question and of the answer */
  readonly texts: readonly string[]
  /** the file in front */
  readonly path: string | null
  readonly hasFile: (path: string) => boolean
}

export interface LikelyFiles {
  /** the likeliest first */
  readonly files: readonly string[]
  /** nobody needs to be asked */
  readonly isClear: boolean
}

const PATH = /[^\s"'`:=()[\]{}<>,;]+/gu

/** Words of a text that are files of the workspace; a leading ./ or @ and an ending full stop are no part of them. */
const named = (text: string, hasFile: Clues['hasFile']): string[] => [
  ...new Set(
    [...text.matchAll(PATH)]
      .map(([word]) => word.replace(/^(?:@|\.\/|\/)+/u, '').replace(/[.!?]+$/u, ''))
      .filter((word) => word !== '' && hasFile(word)),
  ),
]

/** Which file a block of code is for: what it names itself counts most, then what the question was about. */
export function likelyFiles({ info, attached, texts, path, hasFile }: Clues): LikelyFiles {
  const own = named(info, hasFile)
  const of = [...new Set(attached.filter(hasFile))]
  const spoken = texts.flatMap((text) => named(text, hasFile))
  const files = [...new Set([...own, ...of, ...spoken, ...(path === null ? [] : [path])])]
  const isClear = own.length === 1 || (own.length === 0 && of.length === 1 && spoken.every((one) => one === of[0]))
  return { files, isClear }
}
