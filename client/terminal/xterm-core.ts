import type { Terminal } from '@xterm/xterm'

/** One line of the screen or above it. */
export interface CoreLine {
  isWrapped: boolean
  readonly length: number
  readonly _data: Uint32Array
  /** of the cells that need more than a number: characters with marks, underlines with a colour */
  readonly _combined: Readonly<Record<number, unknown>>
  readonly _extendedAttrs: Readonly<Record<number, unknown>>
  copyFrom(line: CoreLine): void
}

/** Of xterm's inside, by the names it has in the version that package.json pins: what is done too often in a flood. */
export interface XtermCore {
  /** Puts the field that takes the keys where the cursor is, for what composes characters there. */
  _syncTextArea(): void
  readonly _inputHandler: { parse(data: string | Uint8Array, isResolved?: boolean): void | Promise<boolean> }
  /** the scrollbar */
  readonly _viewport: { _sync(line?: number): void; queueSync(line?: number): void }
  readonly _selectionService: { readonly hasSelection: boolean; refresh(isOfMouse?: boolean): void }
  readonly buffer: { readonly y: number; readonly lines: { get(at: number): CoreLine | undefined } }
  readonly _renderService: { refreshRows(start: number, end: number, isRedrawOnly?: boolean): void }
}

/** The inside of a terminal that is open; null where another version looks different, which then works as it does. */
export function coreOf(terminal: Terminal): XtermCore | null {
  const core = (terminal as unknown as { _core?: Partial<XtermCore> })._core
  const isKnown =
    typeof core?._syncTextArea === 'function' &&
    typeof core._inputHandler?.parse === 'function' &&
    typeof core._viewport?._sync === 'function' &&
    typeof core._viewport.queueSync === 'function' &&
    typeof core._selectionService?.refresh === 'function' &&
    typeof core._renderService?.refreshRows === 'function' &&
    core.buffer?.lines.get(0)?._data instanceof Uint32Array
  return isKnown ? (core as XtermCore) : null
}
