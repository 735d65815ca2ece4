import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../platform/api-error.ts'
import { setLocale } from '../platform/i18n.ts'
import { SignInOverlay } from './sign-in-overlay.tsx'

const who = vi.hoisted(() => ({ id: 'mina' }))
const refused = vi.hoisted((): { error: Error | null } => ({ error: null }))
vi.mock('../platform/api.ts', () => ({
  api: {
    auth: {
      login: { mutate: () => (refused.error === null ? Promise.resolve({}) : Promise.reject(refused.error)) },
    },
  },
}))
vi.mock('../platform/session.ts', () => ({ refreshSession: () => Promise.resolve({ me: who }) }))

const mina = { id: 'mina', email: 'mina@example.com' }
const signIn = async () => {
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'correct horse battery' } })
  await act(async () => screen.getByRole('button', { name: 'Sign in' }).click())
}

describe('SignInOverlay', () => {
  beforeEach(() => {
    refused.error = null
    return setLocale('en')
  })
  afterEach(cleanup)

  it('lets the same person go on where they were', async () => {
    who.id = 'mina'
    const onSignedIn = vi.fn()
    render(<SignInOverlay formerly={mina} onSignedIn={onSignedIn} />)
    expect(screen.getByLabelText<HTMLInputElement>('E-mail').value).toBe('mina@example.com')
    await signIn()
    expect(onSignedIn).toHaveBeenCalledTimes(1)
  })

  it('does not hand the page to someone else', async () => {
    who.id = 'tara'
    const onSignedIn = vi.fn()
    render(<SignInOverlay formerly={mina} onSignedIn={onSignedIn} />)
    await signIn()
    expect(onSignedIn).not.toHaveBeenCalled()
    expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy()
  })

  it('cannot be dismissed, and says why a suspended account cannot go on', () => {
    render(<SignInOverlay formerly={mina} reason="suspended" onSignedIn={() => {}} />)
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' })
    expect(screen.getByRole('alert').textContent).toContain('suspended')
  })

  it('says once that a suspended account cannot go on, also after another try', async () => {
    refused.error = new ApiError('suspended')
    render(<SignInOverlay formerly={mina} reason="suspended" onSignedIn={() => {}} />)
    await signIn()
    expect(screen.getAllByRole('alert')).toHaveLength(1)
  })

  it('asks for the password where nobody is typing', async () => {
    render(<SignInOverlay formerly={mina} onSignedIn={() => {}} />)
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Password')))
  })

  it('leaves the focus with somebody who is typing; F6 leads to the form and back', async () => {
    render(<textarea aria-label="code" />)
    const code = screen.getByLabelText('code')
    code.focus()
    render(<SignInOverlay formerly={mina} onSignedIn={() => {}} />)
    await act(() => new Promise((resolve) => requestAnimationFrame(resolve)))
    expect(document.activeElement).toBe(code)
    fireEvent.keyDown(code, { code: 'F6' })
    const password = screen.getByLabelText('Password')
    expect(document.activeElement).toBe(password)
    fireEvent.keyDown(password, { code: 'F6' })
    expect(document.activeElement).toBe(code)
  })
})
