import { describe, expect, it } from 'vitest'
import { keyLabel } from './keys.ts'

describe('keyLabel', () => {
  it('writes a shortcut as the machine does', () => {
    expect(keyLabel('Mod+Shift+P', false)).toBe('Ctrl+Shift+P')
    expect(keyLabel('Mod+Shift+P', true)).toBe('⇧⌘P')
    expect(keyLabel('F8', true)).toBe('F8')
  })
})
