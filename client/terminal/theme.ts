import type { ISearchDecorationOptions } from '@xterm/addon-search'
import type { ITheme } from '@xterm/xterm'
import { readTokens, tokenHex } from '../ui/token-hex.ts'

const ANSI = {
  red: '--person-1',
  green: '--person-3',
  yellow: '--person-2',
  blue: '--person-5',
  magenta: '--person-7',
  cyan: '--person-4',
} as const

/** The page's tokens as a terminal's colours; call again after the theme changed. */
export function terminalTheme(): ITheme {
  readTokens(['--surface', '--text', '--text-muted', '--accent', '--line-control', ...Object.values(ANSI)])
  const hues = Object.fromEntries(
    Object.entries(ANSI).flatMap(([name, token]) => {
      const value = tokenHex(token)
      return [
        [name, value],
        [`bright${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`, value],
      ]
    }),
  )
  return {
    background: tokenHex('--surface'),
    foreground: tokenHex('--text'),
    cursor: tokenHex('--text'),
    cursorAccent: tokenHex('--surface'),
    selectionBackground: `${tokenHex('--accent').slice(0, 7)}3d`,
    black: tokenHex('--line-control'),
    brightBlack: tokenHex('--text-muted'),
    white: tokenHex('--text'),
    brightWhite: tokenHex('--text'),
    ...hues,
  }
}

/** Of what was found: all of it in a tone, the one that is shown with a frame. Read anew after the theme changed. */
export function searchColours(): ISearchDecorationOptions {
  readTokens(['--surface-active', '--line-control', '--accent'])
  const hex = (token: string): string => tokenHex(token).slice(0, 7)
  return {
    matchBackground: hex('--surface-active'),
    matchBorder: hex('--line-control'),
    matchOverviewRuler: hex('--line-control'),
    activeMatchBackground: hex('--surface-active'),
    activeMatchBorder: hex('--accent'),
    activeMatchColorOverviewRuler: hex('--accent'),
  }
}
