import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../platform/api-error.ts'
import { setLocale } from '../platform/i18n.ts'
import { LoginForm } from './login-form.tsx'

const login = vi.hoisted(() => vi.fn<(input: unknown) => Promise<unknown>>())
vi.mock('../platform/api.ts', () => ({ api: { auth: { login: { mutate: login } } } }))

const fill = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })
const submit = () => act(async () => screen.getByRole('button', { name: 'Sign in' }).click())

afterEach(cleanup)

describe('LoginForm', () => {
  beforeEach(async () => {
    login.mockReset()
    await setLocale('en')
  })

  it('says under each field what is missing, and sends nothing', async () => {
    render(<LoginForm onSignedIn={() => Promise.resolve()} />)
    await submit()
    expect(screen.getByLabelText('E-mail').getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByText('This cannot be empty.')).toBeTruthy()
    expect(login).not.toHaveBeenCalled()
  })

  it('takes the password verbatim, spaces and all', async () => {
    login.mockResolvedValue({})
    const onSignedIn = vi.fn(() => Promise.resolve())
    render(<LoginForm onSignedIn={onSignedIn} />)
    fill('E-mail', ' mina@example.com ')
    fill('Password', '  two spaces before and after  ')
    await submit()
    expect(login).toHaveBeenCalledWith({ email: 'mina@example.com', password: '  two spaces before and after  ' })
    expect(onSignedIn).toHaveBeenCalledTimes(1)
  })

  it('keeps what was typed and says why it was refused', async () => {
    login.mockRejectedValue(new ApiError('rate_limited'))
    render(<LoginForm onSignedIn={() => Promise.resolve()} />)
    fill('E-mail', 'mina@example.com')
    fill('Password', 'correct horse battery')
    await submit()
    expect(screen.getByRole('alert').textContent).toBe('Too many tries. Wait a moment, then try again.')
    expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('correct horse battery')
  })
})
