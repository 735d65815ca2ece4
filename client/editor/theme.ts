import { readTokens, tokenHex as token } from '../ui/token-hex.ts'
import { monaco } from './monaco.ts'

const THEME = 'pairloom'

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

const TOKENS: readonly string[] = [
  ...new Set(RULES.map(([, name]) => name)),
  ...[
    'text',
    'text-muted',
    'surface',
    'surface-raised',
    'surface-active',
    'accent',
    'danger',
    'line',
    'line-control',
  ].map((name) => `--${name}`),
  ...Array.from({ length: 8 }, (_, i) => `--person-${i + 1}`),
]
let shown = ''

/** Draws Monaco in the page's tokens; call again after the page's theme changed. */
export function applyEditorTheme(kind: 'light' | 'dark'): void {
  const isContrast = window.matchMedia('(prefers-contrast: more)').matches
  const look = `${kind} ${isContrast}`
  if (look === shown) return
  shown = look
  readTokens(TOKENS)
  const faint = (name: string, alpha: string): string => token(name).slice(0, 7) + alpha
  monaco.editor.defineTheme(THEME, {
    base: isContrast ? (kind === 'dark' ? 'hc-black' : 'hc-light') : kind === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: token('--text').slice(1, 7) },
      ...RULES.map(([scope, name]) => ({ token: scope, foreground: token(name).slice(1, 7) })),
      { token: 'delimiter', foreground: token('--text').slice(1, 7) },
    ],
    colors: {
      'editor.background': token('--surface'),
      'editor.foreground': token('--text'),
      'editorLineNumber.foreground': token('--text-muted'),
      'editorLineNumber.activeForeground': token('--text'),
      'editor.lineHighlightBackground': faint('--text', '0a'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': faint('--accent', '3d'),
      'editor.inactiveSelectionBackground': faint('--accent', '24'),
      'editor.wordHighlightBackground': faint('--text', '14'),
      'editorCursor.foreground': token('--text'),
      'editorWidget.background': token('--surface-raised'),
      'editorWidget.foreground': token('--text'),
      'editorWidget.border': token('--line'),
      'editorIndentGuide.background1': token('--line'),
      'editorIndentGuide.activeBackground1': token('--line-control'),
      'editorBracketMatch.background': faint('--accent', '24'),
      'editorBracketMatch.border': '#00000000',
      'editorStickyScroll.background': token('--surface'),
      'scrollbar.shadow': '#00000000',
      'scrollbarSlider.background': faint('--text-muted', '40'),
      'scrollbarSlider.hoverBackground': faint('--text-muted', '60'),
      'input.background': token('--surface'),
      'input.border': token('--line-control'),
      'menu.background': token('--surface-raised'),
      'menu.foreground': token('--text'),
      'menu.selectionBackground': token('--surface-active'),
      'menu.selectionForeground': token('--text'),
      focusBorder: token('--accent'),
      'diffEditor.insertedLineBackground': faint('--accent', '1c'),
      'diffEditor.insertedTextBackground': faint('--accent', '40'),
      'diffEditor.removedLineBackground': faint('--danger', '1c'),
      'diffEditor.removedTextBackground': faint('--danger', '40'),
      'diffEditor.diagonalFill': faint('--line-control', '40'),
      'diffEditor.border': token('--line'),
      'diffEditorOverview.insertedForeground': faint('--accent', '99'),
      'diffEditorOverview.removedForeground': faint('--danger', '99'),
      'editorOverviewRuler.border': '#00000000',
    },
  })
  monaco.editor.setTheme(THEME)
}
