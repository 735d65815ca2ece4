import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { InsteadOfList } from './instead-of-list.tsx'

afterEach(cleanup)

const show = (error: unknown, isEmpty: boolean, retry = vi.fn()) => {
  render(<InsteadOfList error={error} isEmpty={isEmpty} retry={retry} failed="It was not read." empty="Nothing yet." />)
  return retry
}

it('says that it is read before it is known to be empty', () => {
  show(null, false)

  expect(screen.getByRole('status').textContent).toBe('Loading')
  expect(screen.queryByText('Nothing yet.')).toBeNull()
})

it('says that there is nothing even where a later reading failed', () => {
  show(new Error('later'), true)

  expect(screen.getByText('Nothing yet.')).toBeDefined()
  expect(screen.queryByText('It was not read.')).toBeNull()
})

it('says that it could not be read, and reads again on request', () => {
  const retry = show(new Error('first'), false)

  expect(screen.getByText('It was not read.')).toBeDefined()
  screen.getByRole('button').click()
  expect(retry).toHaveBeenCalledOnce()
})
