import type { monaco } from '../editor/monaco.ts'

export interface ZoneSpec {
  readonly key: string
  /** drawn behind this line; 0 is above the first */
  readonly line: number
}

interface Zone {
  readonly id: string
  readonly area: monaco.editor.IViewZone
  readonly inner: HTMLElement
  readonly observer: ResizeObserver
}

export interface Zones {
  /** Room between the lines for each of these, as high as what is in it; answers where to draw. */
  readonly update: (specs: readonly ZoneSpec[]) => ReadonlyMap<string, HTMLElement>
  readonly dispose: () => void
}

type Editor = monaco.editor.ICodeEditor

/** Changes what lies between the lines without moving the lines that somebody reads. */
function changeHeld(editor: Editor, change: (accessor: monaco.editor.IViewZoneChangeAccessor) => void): void {
  const line = editor.getVisibleRanges()[0]?.startLineNumber ?? 1
  const top = editor.getScrollTop()
  const offset = editor.getTopForLineNumber(line) - top
  editor.changeViewZones(change)
  if (top > 0) editor.setScrollTop(editor.getTopForLineNumber(line) - offset, 1)
}

/** Parts of the page between the lines of an editor. */
export function createZones(editor: Editor): Zones {
  const zones = new Map<string, Zone>()

  const widen = (): void => {
    const { contentWidth, verticalScrollbarWidth } = editor.getLayoutInfo()
    for (const { inner } of zones.values()) {
      inner.style.width = `${contentWidth - verticalScrollbarWidth}px`
      // Long lines scroll; what is asked of the reader stays in sight.
      inner.style.transform = `translateX(${editor.getScrollLeft()}px)`
    }
  }
  const listening = [
    editor.onDidLayoutChange(widen),
    editor.onDidScrollChange((event) => event.scrollLeftChanged && widen()),
  ]

  const add = (accessor: monaco.editor.IViewZoneChangeAccessor, { line }: ZoneSpec): Zone => {
    const host = document.createElement('div')
    host.className = 'suggestion-zone'
    const inner = document.createElement('div')
    host.append(inner)
    // Monaco would take presses and keys for ones on its text. React listens inside of this.
    for (const type of ['mousedown', 'keydown', 'contextmenu'])
      host.addEventListener(type, (event) => event.stopPropagation())
    const area = { afterLineNumber: line, heightInPx: 1, domNode: host, suppressMouseDown: false }
    const id = accessor.addZone(area)
    const observer = new ResizeObserver(() => {
      const height = Math.ceil(inner.getBoundingClientRect().height)
      if (height === area.heightInPx) return
      area.heightInPx = height
      changeHeld(editor, (inTurn) => inTurn.layoutZone(id))
    })
    observer.observe(inner)
    return { id, area, inner, observer }
  }

  return {
    update(specs) {
      const wanted = new Map(specs.map((spec) => [spec.key, spec]))
      changeHeld(editor, (accessor) => {
        for (const [key, zone] of zones) {
          if (wanted.has(key)) continue
          zone.observer.disconnect()
          accessor.removeZone(zone.id)
          zones.delete(key)
        }
        for (const spec of specs) {
          const zone = zones.get(spec.key)
          if (zone === undefined) zones.set(spec.key, add(accessor, spec))
          else {
            // Monaco moved it along with its line; where that is not where it belongs, it is put there.
            zone.area.afterLineNumber = spec.line
            accessor.layoutZone(zone.id)
          }
        }
      })
      widen()
      return new Map([...zones].map(([key, { inner }]) => [key, inner]))
    },
    dispose() {
      for (const one of listening) one.dispose()
      for (const { observer } of zones.values()) observer.disconnect()
      if (editor.getModel() !== null)
        editor.changeViewZones((accessor) => {
          for (const { id } of zones.values()) accessor.removeZone(id)
        })
      zones.clear()
    },
  }
}
