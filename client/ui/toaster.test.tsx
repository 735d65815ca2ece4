import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dismissToast, showToast, toastStore } from './toast.ts'
import { Toaster } from './toaster.tsx'

afterEach(() => {
  cleanup()
  for (const toast of toastStore.read()) dismissToast(toast.id)
})

describe('Toaster', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('runs Undo and takes the notice away', () => {
    render(<Toaster />)
    const run = vi.fn()
    act(() => void showToast({ text: 'ledger was deleted', action: { label: 'Undo', run } }))
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
    expect(run).toHaveBeenCalledTimes(1)
    expect(screen.queryByText('ledger was deleted')).toBeNull()
  })

  it('keeps a notice while the pointer is on it, and for its whole time afterwards', () => {
    render(<Toaster />)
    act(() => void showToast({ text: 'kept', timeoutMs: 1_000 }))
    const region = screen.getByRole('region')
    fireEvent.pointerEnter(region)
    act(() => void vi.advanceTimersByTime(5_000))
    expect(screen.getByText('kept')).toBeTruthy()
    fireEvent.pointerLeave(region)
    act(() => void vi.advanceTimersByTime(1_000))
    expect(toastStore.read()).toEqual([])
  })

  it('announces errors at once and other notices politely', () => {
    render(<Toaster />)
    act(() => void showToast({ text: 'went wrong', kind: 'error' }))
    act(() => void showToast({ text: 'went well' }))
    expect(screen.getByRole('alert').textContent).toContain('went wrong')
    expect(screen.getByRole('status').textContent).toContain('went well')
  })
})
