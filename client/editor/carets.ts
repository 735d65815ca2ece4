import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { AwarenessUser } from '#shared/protocol/sync.ts'
import { monaco } from './monaco.ts'
import { type PersonSelection, readSelections } from './people-in-text.ts'
import { personHex } from '../ui/token-hex.ts'

type Editor = monaco.editor.ICodeEditor

/** Somebody whose caret is above or below what is visible. */
export interface OffScreenPerson {
  readonly user: AwarenessUser
  readonly line: number
  readonly side: 'above' | 'below'
}

export interface CaretOptions {
  readonly editor: Editor
  readonly model: monaco.editor.ITextModel
  readonly text: Y.Text
  readonly awareness: Awareness
  readonly onOffScreen: (people: readonly OffScreenPerson[]) => void
}

const LABEL_MS = 3_000

interface Label {
  readonly widget: monaco.editor.IContentWidget
  readonly element: HTMLElement
  head: number
  line: number
  position: monaco.IPosition
  shownUntil: number
}

function createLabel(clientId: number, user: AwarenessUser): Label {
  const element = document.createElement('div')
  element.className = 'caret-label'
  element.setAttribute('aria-hidden', 'true')
  element.dataset['person'] = String(user.color % 8)
  element.textContent = user.name
  const label: Label = {
    element,
    head: -1,
    line: 1,
    position: { lineNumber: 1, column: 1 },
    shownUntil: 0,
    widget: {
      getId: () => `caret-label-${clientId}`,
      getDomNode: () => element,
      getPosition: () => ({
        position: label.position,
        preference: [
          monaco.editor.ContentWidgetPositionPreference.ABOVE,
          monaco.editor.ContentWidgetPositionPreference.BELOW,
        ],
      }),
      suppressMouseDown: true,
    },
  }
  return label
}

/** So often in one frame what changed is placed at once; the rest of a burst waits for the frame. */
const EARLY_RENDERS = 3

/**
 * Draws colleagues' carets, selections and names in one editor. What a colleague's edit moves is placed before the
 * frame that shows the edit: placed within it, Monaco would draw a second one.
 */
export function showCarets({ editor, model, text, awareness, onOffScreen }: CaretOptions): () => void {
  const decorations = editor.createDecorationsCollection()
  const labels = new Map<number, Label>()
  let frame = 0
  let fading: ReturnType<typeof setTimeout> | null = null
  let lastOffScreen = '[]'
  let lastPeople = '[]'
  let earlyRenders = 0
  let isEarly = false
  let isStale = true
  /** nobody but this person has moved anything since the last time: names stay as faded as they are */
  let isOwnEdit = false

  const decorate = (people: readonly PersonSelection[]): monaco.editor.IModelDeltaDecoration[] =>
    people.flatMap(({ user, anchor, head }) => {
      const person = `person-${user.color % 8}`
      const [from, to] = [model.getPositionAt(Math.min(anchor, head)), model.getPositionAt(Math.max(anchor, head))]
      const at = head >= anchor ? to : from
      const caret = {
        range: monaco.Range.fromPositions(at, at),
        options: {
          beforeContentClassName: `colleague-caret ${person}`,
          stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
          hoverMessage: { value: user.name },
          overviewRuler: { color: personHex(user.color), position: monaco.editor.OverviewRulerLane.Right },
        },
      }
      if (anchor === head) return [caret]
      return [
        {
          range: monaco.Range.fromPositions(from, to),
          options: { className: `colleague-selection ${person}`, stickiness: 1 },
        },
        caret,
      ]
    })

  /** Monaco moves decorations along with the text, so that most keys change nothing here. */
  const drawSelections = (people: readonly PersonSelection[]): void => {
    const wanted = decorate(people)
    const key = JSON.stringify(people.map(({ clientId, user, anchor, head }) => [clientId, user, head >= anchor]))
    const drawn = decorations.getRanges()
    const isDrawn =
      key === lastPeople &&
      drawn.length === wanted.length &&
      wanted.every(({ range }, i) => monaco.Range.equalsRange(range, drawn[i]))
    if (!isDrawn) decorations.set(wanted)
    lastPeople = key
  }

  const placeLabels = (people: readonly PersonSelection[]): void => {
    const now = Date.now()
    const seen = new Set<number>()
    const perPlace = new Map<string, number>()
    for (const { clientId, user, head } of people) {
      if (seen.has(clientId)) continue
      seen.add(clientId)
      let label = labels.get(clientId)
      if (label === undefined) {
        label = createLabel(clientId, user)
        labels.set(clientId, label)
        editor.addContentWidget(label.widget)
      }
      const position = model.getPositionAt(head)
      const isStill = monaco.Position.equals(label.position, position)
      if (label.head !== head && !isOwnEdit) label.shownUntil = now + LABEL_MS
      label.head = head
      label.position = position
      if (label.element.textContent !== user.name) label.element.textContent = user.name
      // Names at one place stand on each other instead of hiding each other.
      const place = `${position.lineNumber}:${Math.floor(position.column / 8)}`
      const height = perPlace.get(place) ?? 0
      perPlace.set(place, height + 1)
      label.element.style.marginTop = height === 0 ? '' : `${-16 * height}px`
      label.element.classList.toggle('is-faded', label.shownUntil <= now)
      if (!isStill) editor.layoutContentWidget(label.widget)
    }
    for (const [clientId, label] of labels) {
      if (seen.has(clientId)) continue
      editor.removeContentWidget(label.widget)
      labels.delete(clientId)
    }
    if (fading !== null) clearTimeout(fading)
    const next = Math.min(...[...labels.values()].map((l) => l.shownUntil).filter((until) => until > now))
    fading = Number.isFinite(next) ? setTimeout(schedule, next - now + 10) : null
  }

  const findOffScreen = (people: readonly PersonSelection[]): void => {
    const ranges = editor.getVisibleRanges()
    const [first, last] = [ranges[0]?.startLineNumber ?? 1, ranges.at(-1)?.endLineNumber ?? 1]
    const hidden = new Map<string, OffScreenPerson>()
    for (const { user, head } of people) {
      const line = model.getPositionAt(head).lineNumber
      if (line < first || line > last) hidden.set(user.id, { user, line, side: line < first ? 'above' : 'below' })
    }
    const list = [...hidden.values()]
    const key = JSON.stringify(list)
    if (key === lastOffScreen) return
    lastOffScreen = key
    onOffScreen(list)
  }

  const render = (): void => {
    isEarly = isStale = false
    if (editor.getModel() !== model) return
    const people = readSelections(awareness, text)
    drawSelections(people)
    placeLabels(people)
    findOffScreen(people)
    isOwnEdit = true
  }
  const onFrame = (): void => {
    frame = earlyRenders = 0
    if (isStale) render()
  }
  const schedule = (): void => {
    isStale = true
    if (frame === 0) frame = requestAnimationFrame(onFrame)
  }
  const onOthers = (): void => {
    isOwnEdit = false
    schedule()
    if (isEarly || earlyRenders === EARLY_RENDERS) return
    isEarly = true
    earlyRenders += 1
    // After the binding, which hears of the same edit, has brought it into the model.
    queueMicrotask(() => isEarly && render())
  }
  const onText = (_event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.local) schedule()
    else onOthers()
  }
  const onAwareness = (_changes: unknown, origin: unknown): void => {
    if (origin !== 'local') onOthers()
  }
  awareness.on('change', onAwareness)
  text.observe(onText)
  // A long line scrolls sideways at each letter, which brings nobody into sight.
  const scrolling = editor.onDidScrollChange(({ scrollTopChanged, scrollHeightChanged }) => {
    if (scrollTopChanged || scrollHeightChanged) schedule()
  })
  schedule()
  return () => {
    cancelAnimationFrame(frame)
    if (fading !== null) clearTimeout(fading)
    isEarly = false
    awareness.off('change', onAwareness)
    text.unobserve(onText)
    scrolling.dispose()
    for (const label of labels.values()) editor.removeContentWidget(label.widget)
    decorations.clear()
    onOffScreen([])
  }
}
