import { describe, expect, it } from 'vitest'
import { pressedKeys } from './shortcuts.ts'

const press = (code: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

describe('shortcuts', () => {
  it('go by the place of the key, whatever the layout writes there', () => {
    expect(pressedKeys({ ...press('KeyP', { ctrlKey: true }), key: 'ㅔ' } as never, false)).toBe('Mod+KeyP')
  })
  it('use the modifier of the machine', () => {
    expect(pressedKeys(press('KeyS', { metaKey: true }), true)).toBe('Mod+KeyS')
    expect(pressedKeys(press('KeyS', { metaKey: true }), false)).toBe('Other+KeyS')
  })
  it('tell modifiers apart', () => {
    expect(pressedKeys(press('KeyE', { ctrlKey: true, shiftKey: true }), false)).toBe('Mod+Shift+KeyE')
  })
})
