import { describe, expect, it } from 'vitest'
import { isInCode } from './use-commands.ts'

const inside = (html: string): Element => {
  document.body.innerHTML = html
  return document.querySelector('i') as Element
}

describe('keys of the code', () => {
  it('count in an editor of a file, and where nothing has the focus', () => {
    expect(isInCode(inside('<div class="monaco-editor"><i></i></div>'))).toBe(true)
    expect(isInCode(document.body)).toBe(true)
  })

  it.each([
    ['a shell, whose programs have keys of their own', '<div class="xterm"><i></i></div>'],
    [
      'a comparison, which steps through its own changes',
      '<div class="monaco-diff-editor"><div class="monaco-editor"><i></i></div></div>',
    ],
    ['a dialog', '<div role="dialog"><i></i></div>'],
  ])('do not count in %s', (_where, html) => expect(isInCode(inside(html))).toBe(false))
})
