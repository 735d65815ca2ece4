import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../platform/api-error.ts'
import { setLocale } from '../platform/i18n.ts'
import { PasswordSection } from './password-section.tsx'

const change = vi.hoisted(() => vi.fn<(input: unknown) => Promise<unknown>>())
vi.mock('../platform/api.ts', () => ({ api: { auth: { changePassword: { mutate: change } } } }))
vi.mock('../platform/session.ts', () => ({ refreshSession: () => Promise.resolve({ me: null }) }))

const fill = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })
const submit = () => act(async () => screen.getByRole('button', { name: 'Change password' }).click())

describe('PasswordSection', () => {
  beforeEach(async () => {
    change.mockReset()
    await setLocale('en')
  })
  afterEach(cleanup)

  it('says at the field that the current password is wrong, and lets it be mended', async () => {
    change.mockRejectedValueOnce(new ApiError('invalid_credentials')).mockResolvedValueOnce(undefined)
    render(<PasswordSection hasPassword />)
    fill('Current password', 'not the one that is set')
    fill('New password', 'seven umbrellas keep dry')
    await submit()
    const current = screen.getByLabelText<HTMLInputElement>('Current password')
    expect(screen.getByText('This is not your current password. Nothing was changed.')).toBeTruthy()
    expect(document.activeElement).toBe(current)
    expect(screen.queryByRole('alert')).toBeNull()
    fill('Current password', 'the one that is set')
    expect(current.getAttribute('aria-invalid')).toBeNull()
    await submit()
    expect(change).toHaveBeenCalledTimes(2)
    expect(current.value).toBe('')
    expect(current.getAttribute('aria-invalid')).toBeNull()
  })

  it('says every other refusal as the server does', async () => {
    change.mockRejectedValueOnce(new ApiError('rate_limited'))
    render(<PasswordSection hasPassword />)
    fill('Current password', 'the one that is set')
    fill('New password', 'seven umbrellas keep dry')
    await submit()
    expect(screen.getByRole('alert').textContent).toBe('Too many tries. Wait a moment, then try again.')
  })
})
