import type { Terminal } from '@xterm/xterm'
import { createDrawPace } from './draw-pace.ts'
import { reuseLines } from './reuse-lines.ts'
import { coreOf, type XtermCore } from './xterm-core.ts'

export interface CalmFlood {
  /** So many bytes are about to be written. */
  printed(bytes: number): void
  pressed(): void
  dispose(): void
}

/**
 * Makes a flood cheap in an open terminal. For each line printed, xterm brings its scrollbar up to date and asks for
 * the selection to be drawn, which draws every row a second time: a kilobyte of garbage for three lines, by which the
 * page's memory grows and hardly shrinks. Here it does so once for each piece of output, and draws at a pace; the field
 * that takes the keys moves with what is drawn.
 */
export function calmFlood(terminal: Terminal): CalmFlood {
  const core = coreOf(terminal)
  if (core === null) return { printed: () => {}, pressed: () => {}, dispose: () => {} }
  reuseLines(core)
  const { _renderService: render, _selectionService: selection } = core
  const refreshRows = render.refreshRows.bind(render)
  const refreshSelection = selection.refresh.bind(selection)
  const syncTextArea = core._syncTextArea.bind(core)
  let isSelectionDue = false
  let isTextAreaDue = false
  const pace = createDrawPace({
    draw: ({ start, end, isRedrawOnly }) => {
      if (isSelectionDue) refreshSelection()
      if (isTextAreaDue) syncTextArea()
      isSelectionDue = isTextAreaDue = false
      refreshRows(start, end, isRedrawOnly)
    },
  })
  const parsing = onceParsed(core, (wasSelected) => {
    isSelectionDue ||= wasSelected || selection.hasSelection
    // All, as the selection drew them: who has scrolled up may see lines leave at the top.
    pace.draw({ start: 0, end: terminal.rows - 1, isRedrawOnly: true })
  })
  core._syncTextArea = () => {
    isTextAreaDue = true
    const { y } = core.buffer
    pace.draw({ start: y, end: y, isRedrawOnly: true })
  }
  render.refreshRows = (start, end, isRedrawOnly = false) => {
    pace.draw({ start, end, isRedrawOnly })
    // Not by output: somebody scrolls, selects or changes the size, and looks.
    if (!parsing.isOn()) pace.flush()
  }
  return pace
}

/** What each scrolled line asks for is done once when its piece of output is on the screen, then `onScrolled`. */
function onceParsed(core: XtermCore, onScrolled: (wasSelected: boolean) => void): { isOn: () => boolean } {
  const { _inputHandler: input, _viewport: viewport, _selectionService: selection } = core
  const parse = input.parse.bind(input)
  const sync = viewport._sync.bind(viewport)
  const queueSync = viewport.queueSync.bind(viewport)
  const refresh = selection.refresh.bind(selection)
  let isParsing = false
  let isScrollbarDue = false
  let isQueueDue = false
  let isSelectionDue = false

  const catchUp = (wasSelected: boolean): void => {
    if (isScrollbarDue) sync()
    if (isQueueDue) queueSync()
    if (isSelectionDue) onScrolled(wasSelected)
    isScrollbarDue = isQueueDue = isSelectionDue = false
  }
  input.parse = (data, isResolved) => {
    const wasSelected = selection.hasSelection
    isParsing = true
    try {
      return parse(data, isResolved)
    } finally {
      isParsing = false
      catchUp(wasSelected)
    }
  }
  viewport._sync = (line) => {
    if (isParsing && line === undefined) isScrollbarDue = true
    else sync(line)
  }
  viewport.queueSync = (line) => {
    if (isParsing && line === undefined) isQueueDue = true
    else queueSync(line)
  }
  selection.refresh = (isOfMouse) => {
    if (isParsing && isOfMouse !== true) isSelectionDue = true
    else refresh(isOfMouse)
  }
  return { isOn: () => isParsing }
}
