import { describe, expect, it } from 'vitest'
import { isIdePath, workspaceOfIdePath } from './addresses.ts'

describe('the paths of the IDE', () => {
  it('are those of a workspace and of its files', () => {
    for (const path of ['/w/w1', '/w/w1/', '/w/w1/f/a.ts', '/w/w1/f/src/a%20b.ts']) expect(isIdePath(path)).toBe(true)
  })

  it('name their workspace', () => {
    expect(workspaceOfIdePath('/w/w1/f/w/other')).toBe('w1')
    expect(workspaceOfIdePath('/w/w1/settings')).toBeNull()
  })

  it('are none of its other pages, and nothing else', () => {
    for (const path of ['/', '/login', '/w', '/w/', '/w/w1/settings', '/w/w1/chat/c1', '/a/w/w1', '/w/w1/f'])
      expect(isIdePath(path)).toBe(false)
  })
})
