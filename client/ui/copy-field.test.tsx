import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CopyField } from './copy-field.tsx'

const offer = (clipboard: { writeText: (text: string) => Promise<void> } | undefined) =>
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true })

const pressCopy = () => act(async () => fireEvent.click(screen.getByRole('button')))

afterEach(cleanup)

describe('CopyField', () => {
  afterEach(() => offer(undefined))

  it('copies and says so', async () => {
    const writeText = vi.fn(() => Promise.resolve())
    offer({ writeText })
    render(<CopyField label="Link" value="https://ide.example/g/1" />)
    await pressCopy()
    expect(writeText).toHaveBeenCalledWith('https://ide.example/g/1')
    expect(screen.getByRole('button').textContent).toBe('Copied')
  })

  it.each([
    ['absent, as on plain HTTP', undefined],
    ['denied', { writeText: () => Promise.reject(new Error('denied')) }],
  ])('selects the text and names the key where the clipboard is %s', async (_, clipboard) => {
    offer(clipboard)
    render(<CopyField label="Link" value="https://ide.example/g/1" />)
    await pressCopy()
    expect(screen.getByRole('alert').textContent).toContain('Ctrl+C')
    const field = screen.getByLabelText<HTMLInputElement>('Link')
    expect(document.activeElement).toBe(field)
    expect(field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)).toBe('https://ide.example/g/1')
  })
})
