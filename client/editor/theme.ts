import { monaco } from './monaco.ts'

const THEME = 'pairloom'

/** The value a token has on this page now, as #rrggbb(aa): Monaco understands nothing else. */
function readToken(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const parts = getComputedStyle(probe)
    .color.match(/[\d.]+/g)
    ?.map(Number) ?? [0, 0, 0]
  probe.remove()
  const hex = (n: number): string => Math.round(n).toString(16).padStart(2, '0')
  const [red = 0, green = 0, blue = 0, alpha = 1] = parts
  return `#${hex(red)}${hex(green)}${hex(blue)}${alpha < 1 ? hex(alpha * 255) : ''}`
}

/** A person's colour for drawings that know no CSS variables. */
export const personHex = (color: number): string => readToken(`--person-${(color % 8) + 1}`)

const RULES: readonly (readonly [string, string])[] = [
  ['keyword', '--code-keyword'],
  ['storage', '--code-keyword'],
  ['tag', '--code-keyword'],
  ['string', '--code-string'],
  ['attribute.value', '--code-string'],
  ['regexp', '--code-string'],
  ['number', '--code-number'],
  ['constant', '--code-number'],
  ['type', '--code-function'],
  ['annotation', '--code-function'],
  ['attribute.name', '--code-function'],
  ['variable', '--code-function'],
  ['string.key.json', '--code-function'],
  ['comment', '--code-comment'],
]

/** Draws Monaco in the page's tokens; call again after the page's theme changed. */
export function applyEditorTheme(kind: 'light' | 'dark'): void {
  const isContrast = window.matchMedia('(prefers-contrast: more)').matches
  const faint = (token: string, alpha: string): string => readToken(token).slice(0, 7) + alpha
  monaco.editor.defineTheme(THEME, {
    base: isContrast ? (kind === 'dark' ? 'hc-black' : 'hc-light') : kind === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: readToken('--text').slice(1, 7) },
      ...RULES.map(([token, name]) => ({ token, foreground: readToken(name).slice(1, 7) })),
      { token: 'delimiter', foreground: readToken('--text').slice(1, 7) },
    ],
    colors: {
      'editor.background': readToken('--surface'),
      'editor.foreground': readToken('--text'),
      'editorLineNumber.foreground': readToken('--text-muted'),
      'editorLineNumber.activeForeground': readToken('--text'),
      'editor.lineHighlightBackground': faint('--text', '0a'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': faint('--accent', '3d'),
      'editor.inactiveSelectionBackground': faint('--accent', '24'),
      'editor.wordHighlightBackground': faint('--text', '14'),
      'editorCursor.foreground': readToken('--text'),
      'editorWidget.background': readToken('--surface-raised'),
      'editorWidget.foreground': readToken('--text'),
      'editorWidget.border': readToken('--line'),
      'editorIndentGuide.background1': readToken('--line'),
      'editorIndentGuide.activeBackground1': readToken('--line-control'),
      'editorBracketMatch.background': faint('--accent', '24'),
      'editorBracketMatch.border': '#00000000',
      'editorStickyScroll.background': readToken('--surface'),
      'scrollbar.shadow': '#00000000',
      'scrollbarSlider.background': faint('--text-muted', '40'),
      'scrollbarSlider.hoverBackground': faint('--text-muted', '60'),
      'input.background': readToken('--surface'),
      'input.border': readToken('--line-control'),
      'menu.background': readToken('--surface-raised'),
      'menu.foreground': readToken('--text'),
      'menu.selectionBackground': readToken('--surface-active'),
      'menu.selectionForeground': readToken('--text'),
      focusBorder: readToken('--accent'),
      'editorOverviewRuler.border': '#00000000',
    },
  })
  monaco.editor.setTheme(THEME)
}
