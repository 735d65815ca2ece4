import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { DiffView } from './diff-view.tsx'
import type { DiffChange } from './types.ts'

const original = { label: 'Monday', detail: 'Mina', text: 'one\ntwo\nthree\nfour\nfive' }
const modified = { label: 'Now', text: 'one\nzwei\nthree\nfour' }
const authorOf = ({ modified: { from } }: DiffChange) => (from === 2 ? { name: 'Jun', color: 3 } : null)
const press = (shiftKey = false) => fireEvent.keyDown(screen.getByRole('group'), { code: 'F7', shiftKey })
const said = () => document.querySelector('[aria-live=polite]')?.textContent

describe('DiffView as a list, as on a phone', () => {
  beforeEach(async () => {
    await setLocale('en')
    // jsdom has neither a width nor scrolling.
    window.matchMedia = vi.fn(() => ({ matches: true }) as MediaQueryList)
    Element.prototype.scrollIntoView = vi.fn<() => void>()
  })
  afterEach(cleanup)

  it('goes through the changes with F7 and back with Shift-F7, and says where', () => {
    render(<DiffView path="a.txt" original={original} modified={modified} authorOf={authorOf} />)
    const place = screen.getByTestId('diff-place')
    expect(place.textContent).toBe('2 changes')
    press()
    expect(place.textContent).toBe('Jun1 of 2')
    expect(said()).toBe('Change 1 of 2 by Jun, line 2')
    press()
    expect(said()).toBe('Change 2 of 2, 1 line removed at line 5')
    press()
    expect(place.textContent).toBe('Jun1 of 2')
    press(true)
    expect(place.textContent).toBe('2 of 2')
  })

  it('tells additions and removals apart in words', () => {
    render(<DiffView path="a.txt" original={original} modified={modified} />)
    const row = (text: string) => screen.getByText(text).closest('tr')?.textContent
    expect(row('two')).toContain('Removed')
    expect(row('zwei')).toContain('Added')
    expect(row('three')).not.toMatch(/Added|Removed/)
  })

  it('says when nothing differs, or white space alone', () => {
    const { rerender } = render(<DiffView path="a.txt" original={original} modified={original} />)
    expect(screen.getByText('The two are the same.')).toBeTruthy()
    rerender(<DiffView path="a.txt" original={original} modified={{ label: 'Now', text: `  ${original.text}` }} />)
    act(() => screen.getByRole('button', { name: /^Ignore white space/ }).click())
    expect(screen.getByText('They differ in white space alone.')).toBeTruthy()
    act(() => screen.getByRole('button', { name: /^Ignore white space/ }).click())
    expect(screen.getByTestId('diff-place').textContent).toBe('1 change')
  })

  it('shows what belongs to a line below it, also where the line is folded away', () => {
    const text = Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n')
    const note = (line: number) => ({ key: String(line), line, height: 30, content: <button>about {line}</button> })
    render(
      <DiffView
        path="a.txt"
        original={{ label: 'a', text }}
        modified={{ label: 'b', text: `${text}\nmore` }}
        notes={[note(0), note(12), note(41)]}
      />,
    )
    expect(screen.getAllByRole('button', { name: /^about/ }).map((b) => b.textContent)).toEqual([
      'about 0',
      'about 12',
      'about 41',
    ])
  })
})
