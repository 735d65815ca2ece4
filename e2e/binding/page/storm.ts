import { createRandom, type Random } from '../../support/random.ts'
import { monaco } from '../../../client/editor/monaco.ts'
import type { Direction } from './link.ts'
import { openPair, type Pair, type Side } from './pair.ts'

export interface StormPlan {
  readonly seed: number
  readonly steps: number
  /** edits alone: nobody undoes, moves or reformats, so that at the end each character has one author */
  readonly isPlain?: boolean
  /** a third client, none of ours, that cuts surrogate pairs */
  readonly hasCutter?: boolean
}

export interface StormResult {
  readonly seed: number
  readonly leftModel: string
  readonly leftText: string
  readonly rightModel: string
  readonly rightText: string
  /** what was done, for whoever replays the seed */
  readonly log: readonly string[]
}

type Act = (side: Side, random: Random, alphabet: readonly string[]) => void

/** No character of one is a character of the other or of the first text. */
export const LEFT_ALPHABET = ['a', 'b', 'c', '😀', '가', '\n', 'ab\ncd\n', '😀😁', '\uD83D']
export const RIGHT_ALPHABET = ['X', 'Y', 'Z', '🚀', '힣', '\n', 'XY\nZ\r\n', '🚀🛸']
const INITIAL = '1234567890\n  22 33 44\n\n🙂 55 🙂🙂 66\n한국어 77\n88 99'

const someText = (random: Random, alphabet: readonly string[]): string =>
  Array.from({ length: 1 + random.below(4) }, () => random.pick(alphabet)).join('')

const somePosition = ({ model }: Side, random: Random): monaco.Position =>
  model.validatePosition(model.getPositionAt(random.below(model.getValueLength() + 1)))

const someRange = (side: Side, random: Random, longest = 12): monaco.Range => {
  const start = somePosition(side, random)
  const end = side.model.getPositionAt(side.model.getOffsetAt(start) + random.below(longest))
  return monaco.Range.fromPositions(start, side.model.validatePosition(end))
}

const trigger = (side: Side, id: string, payload: object = {}): void => side.editor.trigger('keyboard', id, payload)

const select: Act = (side, random) => {
  const count = 1 + random.below(4)
  side.editor.setSelections(
    Array.from({ length: count }, () => {
      const { startLineNumber, startColumn, endLineNumber, endColumn } = someRange(side, random, 6)
      return new monaco.Selection(startLineNumber, startColumn, endLineNumber, endColumn)
    }),
  )
}

const PLAIN: Readonly<Record<string, Act>> = {
  select,
  type: (side, random, alphabet) => trigger(side, 'type', { text: random.pick(alphabet) }),
  typeAtManyCarets: (side, random, alphabet) => {
    select(side, random, alphabet)
    trigger(side, 'type', { text: random.pick(alphabet) })
  },
  executeEdits: (side, random, alphabet) => {
    side.editor.executeEdits('test', [{ range: someRange(side, random), text: someText(random, alphabet) }])
  },
  paste: (side, random, alphabet) => trigger(side, 'paste', { text: someText(random, alphabet) }),
  deleteLeft: (side) => trigger(side, 'deleteLeft'),
  deleteRight: (side) => trigger(side, 'deleteRight'),
  deleteWord: (side) => trigger(side, 'deleteWordLeft'),
}

const ALL: Readonly<Record<string, Act>> = {
  ...PLAIN,
  undo: (side) => trigger(side, 'undo'),
  redo: (side) => trigger(side, 'redo'),
  moveLineUp: (side) => trigger(side, 'editor.action.moveLinesUpAction'),
  moveLineDown: (side) => trigger(side, 'editor.action.moveLinesDownAction'),
  copyLineDown: (side) => trigger(side, 'editor.action.copyLinesDownAction'),
  deleteLines: (side) => trigger(side, 'editor.action.deleteLines'),
  joinLines: (side, random) => {
    // Of several carets Monaco may make overlapping edits of its own.
    side.editor.setPosition(somePosition(side, random))
    trigger(side, 'editor.action.joinLines')
  },
  indent: (side) => trigger(side, 'editor.action.indentLines'),
  carriageReturns: (side) => side.model.pushEOL(monaco.editor.EndOfLineSequence.CRLF),
  format: (side, random) => {
    const width = random.below(3)
    const text = side.model
      .getValue()
      .split('\n')
      .map((line) => ' '.repeat(width) + line.trim())
      .join('\n')
    side.editor.executeEdits('format', [{ range: side.model.getFullModelRange(), text }])
  },
}

function deliverSome({ link }: Pair, random: Random): void {
  const direction: Direction = random.below(2) === 0 ? 'toLeft' : 'toRight'
  const waiting = link.waiting(direction)
  // Out of order: what depends on a later one waits inside Yjs, as it would after a lost packet.
  if (waiting > 0) link.deliver(direction, random.below(waiting))
}

/** An edit as another program might make it, between the two halves of a character. */
function cut({ left, right, link }: Pair, random: Random): void {
  const { text } = random.below(2) === 0 ? left : right
  const halves = [...text.toString().matchAll(/[\uD800-\uDBFF](?=[\uDC00-\uDFFF])/g)]
  if (halves.length === 0) return
  const middle = random.pick(halves).index + 1
  text.doc?.transact(() => {
    const kind = random.below(4)
    if (kind !== 1) text.insert(middle, '|')
    if (kind === 1) text.delete(middle, 1)
    // Nothing of it is seen afterwards, and yet the character is broken.
    if (kind === 2) text.delete(middle, 1)
    if (kind === 3) text.delete(middle - 1, 1)
  }, 'another client')
  if (random.below(2) === 0) link.flow()
  link.hold()
}

const result = (seed: number, { left, right }: Pair, log: readonly string[]): StormResult => ({
  seed,
  leftModel: left.model.getValue(),
  leftText: left.text.toString(),
  rightModel: right.model.getValue(),
  rightText: right.text.toString(),
  log,
})

/** Both sides edit at random through Monaco while updates are late and out of order; then everything arrives. */
export async function runStorm(plan: StormPlan): Promise<{ rest: StormResult; undone: StormResult | null }> {
  const random = createRandom(plan.seed)
  const pair = openPair('ours', INITIAL)
  const acts = Object.entries(plan.isPlain === true ? PLAIN : ALL)
  const log: string[] = []
  pair.link.hold()
  for (let step = 0; step < plan.steps; step++) {
    const isLeft = random.below(2) === 0
    const side = isLeft ? pair.left : pair.right
    const [name, act] = random.pick(acts)
    log.push(`${isLeft ? 'left' : 'right'} ${name}`)
    act(side, random, isLeft ? LEFT_ALPHABET : RIGHT_ALPHABET)
    if (plan.hasCutter === true && random.below(4) === 0) cut(pair, random)
    while (random.below(2) === 0) deliverSome(pair, random)
    // Stray carriage returns are taken out in a microtask.
    if (random.below(8) === 0) await Promise.resolve()
  }
  pair.link.flow()
  await Promise.resolve()
  const rest = result(plan.seed, pair, log)
  if (plan.isPlain !== true) return { rest, undone: null }
  for (let i = 0; i < plan.steps; i++) trigger(pair.left, 'undo')
  return { rest, undone: result(plan.seed, pair, log) }
}
