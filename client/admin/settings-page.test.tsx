import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { Suspense } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { queryClient } from '../platform/query-client.ts'
import { AdminSettingsPage } from './settings-page.tsx'

const update = vi.hoisted(() => vi.fn(() => Promise.resolve()))
vi.mock('../platform/api.ts', () => ({
  api: {
    admin: { settings: { query: () => Promise.resolve({ signUp: 'invite' }) }, updateSettings: { mutate: update } },
  },
}))

afterEach(cleanup)

describe('AdminSettingsPage', () => {
  it('shows what stands beside what will be, before anything is saved', async () => {
    await setLocale('en')
    await act(async () =>
      render(
        <QueryClientProvider client={queryClient}>
          <Suspense>
            <AdminSettingsPage />
          </Suspense>
        </QueryClientProvider>,
      ),
    )
    const review = await screen.findByRole<HTMLButtonElement>('button', { name: 'Review change' })
    expect(review.disabled).toBe(true)
    await act(async () => fireEvent.click(screen.getByRole('radio', { name: /Nobody/ })))
    await act(async () => review.click())
    const dialog = screen.getByRole('alertdialog')
    expect(dialog.querySelector('del')?.textContent).toBe('People with an invite')
    expect(dialog.querySelector('ins')?.textContent).toBe('Nobody')
    expect(update).not.toHaveBeenCalled()
    await act(async () => screen.getByRole('button', { name: 'Save' }).click())
    expect(update).toHaveBeenCalledWith({ signUp: 'closed' })
  })
})
