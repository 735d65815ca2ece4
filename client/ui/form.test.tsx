import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Form } from './form.tsx'

/** What a browser does with Enter in a text field: a key press, then submission unless the press was prevented. */
const pressEnter = (field: HTMLElement, composing: { isComposing?: boolean; keyCode?: number } = {}) => {
  const isAllowed = fireEvent.keyDown(field, { key: 'Enter', keyCode: 13, ...composing })
  if (isAllowed) field.closest('form')?.requestSubmit()
}

const show = (onSubmit: () => unknown) => {
  render(
    <Form onSubmit={onSubmit}>
      <input aria-label="Name" />
    </Form>,
  )
  return screen.getByLabelText('Name')
}

afterEach(cleanup)

describe('Form', () => {
  it('submits exactly once for the two Enters that end a Hangul syllable', async () => {
    const onSubmit = vi.fn()
    const field = show(onSubmit)
    await act(async () => pressEnter(field, { isComposing: true, keyCode: 229 }))
    expect(onSubmit).not.toHaveBeenCalled()
    await act(async () => pressEnter(field))
    expect(onSubmit).toHaveBeenCalledTimes(1)
  })

  it('leaves an Enter that picks a candidate to the input method, also where only the key code tells', async () => {
    const onSubmit = vi.fn()
    const field = show(onSubmit)
    await act(async () => pressEnter(field, { keyCode: 229 }))
    expect(onSubmit).not.toHaveBeenCalled()
  })

  it('leads to the first field that turns out to be wrong, also when the server says so', async () => {
    const answered = Promise.withResolvers<void>()
    function Ask() {
      const [isWrong, setWrong] = useState(false)
      return (
        <Form
          onSubmit={async () => {
            await answered.promise
            setWrong(true)
          }}
        >
          <input aria-label="Fine" />
          <input aria-label="Wrong" aria-invalid={isWrong || undefined} />
          <input aria-label="Last" aria-invalid={isWrong || undefined} />
        </Form>
      )
    }
    render(<Ask />)
    const fine = screen.getByLabelText('Fine')
    fine.focus()
    await act(async () => pressEnter(fine))
    expect(document.activeElement).toBe(fine)
    await act(async () => answered.resolve())
    expect(document.activeElement).toBe(screen.getByLabelText('Wrong'))
  })

  it('takes the focus from nobody who went on elsewhere meanwhile', async () => {
    const answered = Promise.withResolvers<void>()
    render(<textarea aria-label="code" />)
    render(
      <Form onSubmit={() => answered.promise}>
        <input aria-label="Name" aria-invalid />
      </Form>,
    )
    const field = screen.getByLabelText('Name')
    field.focus()
    await act(async () => pressEnter(field))
    screen.getByLabelText('code').focus()
    await act(async () => answered.resolve())
    expect(document.activeElement).toBe(screen.getByLabelText('code'))
  })

  it('ignores a second submit while the first runs, and takes one afterwards', async () => {
    const running = Promise.withResolvers<void>()
    const onSubmit = vi.fn(() => running.promise)
    const field = show(onSubmit)
    await act(async () => pressEnter(field))
    await act(async () => pressEnter(field))
    expect(onSubmit).toHaveBeenCalledTimes(1)
    await act(async () => running.resolve())
    await act(async () => pressEnter(field))
    expect(onSubmit).toHaveBeenCalledTimes(2)
  })
})
