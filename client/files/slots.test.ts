import { Files } from 'lucide-react'
import { expect, it } from 'vitest'
import { type Slot, slotsFor, toggleSlot } from './slots.ts'

const slot = (label: string, isFor?: (role: string) => boolean): Slot => ({
  label,
  icon: Files,
  keys: '',
  isOpen: true,
  setOpen: () => {},
  render: () => null,
  ...(isFor === undefined ? {} : { isFor }),
})

it('offers a part to those it works for, and to nobody before their role is known', () => {
  const forMembers = (role: string) => role !== 'link'
  const slots = { panel: slot('terminal', forMembers), docks: [slot('chat', forMembers), slot('outline')] }
  const shown = (role: string | null) => {
    const { panel, docks = [] } = slotsFor(slots, role)
    return [panel, ...docks].flatMap((one) => one?.label ?? [])
  }
  expect(shown('viewer')).toEqual(['terminal', 'chat', 'outline'])
  expect(shown('link')).toEqual(['outline'])
  expect(shown(null)).toEqual(['outline'])
})

it('shows one part in a place at a time', () => {
  const closed: string[] = []
  const part = (label: string, isOpen: boolean): Slot => ({
    ...slot(label),
    isOpen,
    setOpen: (next) => void closed.push(`${label} ${next}`),
  })
  const [history, conflicts, chat] = [part('history', true), part('conflicts', false), part('chat', true)]
  toggleSlot({ sides: [history, conflicts], docks: [chat] }, conflicts)
  expect(closed).toEqual(['history false', 'conflicts true'])
})
