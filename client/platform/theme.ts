import { useSyncExternalStore } from 'react'
import type { Preferences } from '#shared/api/auth.ts'
import { readStored, writeStored } from './storage.ts'

export type ThemeChoice = Preferences['theme']

const THEME_KEY = 'theme'
const dark = window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

const isChoice = (value: unknown): value is ThemeChoice => value === 'system' || value === 'light' || value === 'dark'

/** The choice kept on this device, so that sign-in pages have it before anybody is known. */
export function storedTheme(): ThemeChoice {
  const stored = readStored(THEME_KEY)
  return isChoice(stored) ? stored : 'system'
}

/** Shows the page in this theme and remembers it on this device; public/theme.js applies it at the next load. */
export function setTheme(choice: ThemeChoice): void {
  writeStored(THEME_KEY, choice === 'system' ? null : choice)
  if (choice === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = choice
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  dark.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    dark.removeEventListener('change', listener)
  }
}

/** What is on the screen now, for Monaco and other drawings of their own. */
export const resolvedTheme = (): 'light' | 'dark' => {
  const choice = storedTheme()
  if (choice !== 'system') return choice
  return dark.matches ? 'dark' : 'light'
}

export const useResolvedTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribe, resolvedTheme)
