import { act, renderHook } from '@testing-library/react'
import { expect, it } from 'vitest'
import { useHeldOrder } from './use-held-order.ts'

it('rows stay under the pointer while they change, and come in order once it has left', () => {
  const hook = renderHook(({ rows }: { rows: string[] }) => useHeldOrder(rows, (row) => row), {
    initialProps: { rows: ['a', 'b', 'c'] },
  })
  act(() => hook.result.current.holder.onPointerEnter())
  hook.rerender({ rows: ['c', 'd', 'a', 'b'] })
  expect(hook.result.current.rows).toEqual(['a', 'b', 'c', 'd'])
  act(() => hook.result.current.holder.onFocus())
  act(() => hook.result.current.holder.onPointerLeave())
  expect(hook.result.current.rows).toEqual(['a', 'b', 'c', 'd'])
  act(() => hook.result.current.holder.onBlur())
  expect(hook.result.current.rows).toEqual(['c', 'd', 'a', 'b'])
})
