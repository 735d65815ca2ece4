import { expect, it } from 'vitest'
import { terminalKey } from './terminal-keys.ts'

const press = (keys: string) => ({
  code: keys.split('+').at(-1) ?? '',
  ctrlKey: keys.includes('Ctrl'),
  metaKey: keys.includes('Meta'),
  shiftKey: keys.includes('Shift'),
  altKey: keys.includes('Alt'),
})

it('copies by Ctrl-C where something is selected, and interrupts where not', () => {
  expect(terminalKey(press('Ctrl+KeyC'), true, false)).toBe('copy')
  expect(terminalKey(press('Ctrl+KeyC'), false, false)).toBe('shell')
})

it('leaves Ctrl-C to the shell on a Mac, where Cmd-C copies', () => {
  expect(terminalKey(press('Ctrl+KeyC'), true, true)).toBe('shell')
  expect(terminalKey(press('Meta+KeyC'), true, true)).toBe('copy')
  expect(terminalKey(press('Meta+KeyV'), false, true)).toBe('paste')
})

it("leaves a shell's own keys alone", () => {
  for (const keys of ['Ctrl+KeyR', 'Ctrl+KeyP', 'Ctrl+KeyF', 'Alt+KeyF', 'Tab', 'Escape'])
    expect(terminalKey(press(keys), false, false)).toBe('shell')
})

it('finds, pastes and opens the menu by keys of their own', () => {
  expect(terminalKey(press('Ctrl+Shift+KeyF'), false, false)).toBe('find')
  expect(terminalKey(press('Ctrl+KeyV'), false, false)).toBe('paste')
  expect(terminalKey(press('Shift+F10'), false, false)).toBe('menu')
  expect(terminalKey(press('ContextMenu'), false, false)).toBe('menu')
  expect(terminalKey(press('F10'), false, false)).toBe('shell')
})
