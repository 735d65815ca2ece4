import type { monaco } from '../editor/monaco.ts'

export interface ZoneSpec {
  readonly key: string
  /** drawn behind this line; 0 is above the first */
  readonly line: number
}

/** Room between two lines, and what lies over it: what is in the room itself is hidden from screen readers. */
interface Zone {
  readonly id: string
  readonly area: monaco.editor.IViewZone
  readonly widget: monaco.editor.IOverlayWidget
  readonly host: HTMLElement
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
  const wanted = editor.getTopForLineNumber(line) - offset
  if (top > 0 && wanted !== editor.getScrollTop()) editor.setScrollTop(wanted, 1)
}

/** Parts of the page between the lines of an editor. */
export function createZones(editor: Editor): Zones {
  const zones = new Map<string, Zone>()

  const fit = (): void => {
    const { contentLeft, contentWidth, verticalScrollbarWidth } = editor.getLayoutInfo()
    for (const { host } of zones.values()) {
      host.style.left = `${contentLeft}px`
      host.style.width = `${contentWidth - verticalScrollbarWidth}px`
    }
  }
  const listening = editor.onDidLayoutChange(fit)

  const add = (accessor: monaco.editor.IViewZoneChangeAccessor, { key, line }: ZoneSpec): Zone => {
    const host = document.createElement('div')
    host.className = 'suggestion-zone'
    host.style.top = '-10000px'
    const inner = document.createElement('div')
    host.append(inner)
    // Monaco would take presses and keys for ones on its text. React listens inside of this.
    for (const type of ['mousedown', 'keydown', 'contextmenu'])
      host.addEventListener(type, (event) => event.stopPropagation())
    const widget = { getId: () => `suggestion ${key}`, getDomNode: () => host, getPosition: () => null }
    editor.addOverlayWidget(widget)
    const area = {
      afterLineNumber: line,
      heightInPx: 1,
      domNode: document.createElement('div'),
      onDomNodeTop: (top: number) => {
        host.style.top = `${top}px`
      },
    }
    const id = accessor.addZone(area)
    const observer = new ResizeObserver(() => {
      const height = Math.ceil(inner.getBoundingClientRect().height)
      if (height === area.heightInPx) return
      area.heightInPx = height
      changeHeld(editor, (inTurn) => inTurn.layoutZone(id))
    })
    observer.observe(inner)
    return { id, area, widget, host, inner, observer }
  }
  const drop = (accessor: monaco.editor.IViewZoneChangeAccessor, zone: Zone): void => {
    zone.observer.disconnect()
    accessor.removeZone(zone.id)
    editor.removeOverlayWidget(zone.widget)
  }

  return {
    update(specs) {
      if (specs.length === 0 && zones.size === 0) return new Map()
      const wanted = new Map(specs.map((spec) => [spec.key, spec]))
      changeHeld(editor, (accessor) => {
        for (const [key, zone] of zones) {
          if (wanted.has(key)) continue
          drop(accessor, zone)
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
      fit()
      return new Map([...zones].map(([key, { inner }]) => [key, inner]))
    },
    dispose() {
      listening.dispose()
      for (const { observer } of zones.values()) observer.disconnect()
      if (editor.getModel() !== null)
        editor.changeViewZones((accessor) => {
          for (const zone of zones.values()) drop(accessor, zone)
        })
      zones.clear()
    },
  }
}
