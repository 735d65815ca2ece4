import { expect, it } from 'vitest'
import { SimClock } from '../simulation/sim-clock.ts'
import { createGiveBack } from './give-back.ts'

function storm(isQuiet: () => boolean) {
  const clock = new SimClock()
  let collections = 0
  const giveBack = createGiveBack({ clock, isQuiet, collect: () => collections++ })
  return {
    clock,
    collections: () => collections,
    free(rooms: number) {
      for (let i = 0; i < rooms; i++) giveBack.freed(20_000)
    },
  }
}

it('[L4] collects once when many rooms were freed and nobody is there', async () => {
  const { clock, collections, free } = storm(() => true)
  free(1_000)
  expect(collections()).toBe(0)
  await clock.advance(1_000)
  expect(collections()).toBe(1)
  free(10)
  await clock.advance(10_000)
  expect(collections()).toBe(1)
})

it('[L4] lets nobody wait: while somebody is there it collects nothing, and makes it good with the next room', async () => {
  let isQuiet = false
  const { clock, collections, free } = storm(() => isQuiet)
  free(1_000)
  await clock.advance(10_000)
  expect(collections()).toBe(0)
  isQuiet = true
  free(1)
  await clock.advance(1_000)
  expect(collections()).toBe(1)
})
