import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { SignInOverlay } from './sign-in-overlay.tsx'

const who = vi.hoisted(() => ({ id: 'mina' }))
vi.mock('../platform/api.ts', () => ({ api: { auth: { login: { mutate: () => Promise.resolve({}) } } } }))
vi.mock('../platform/session.ts', () => ({ refreshSession: () => Promise.resolve({ me: who }) }))

const mina = { id: 'mina', email: 'mina@example.com' }
const signIn = async () => {
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'correct horse battery' } })
  await act(async () => screen.getByRole('button', { name: 'Sign in' }).click())
}

describe('SignInOverlay', () => {
  beforeEach(() => setLocale('en'))
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
})
