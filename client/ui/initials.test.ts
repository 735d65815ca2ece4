import { describe, expect, it } from 'vitest'
import { initialsOf } from './initials.ts'

describe('initialsOf', () => {
  it.each([
    ['Mina Kang', 'MK'],
    ['tara', 'T'],
    ['Ana María de la Cruz', 'AC'],
    ['한지윤', '지'],
    ['지윤', '지'],
    ['한지윤'.normalize('NFD'), '지'],
    ['👩‍🚀 Zoe', '👩‍🚀Z'],
    ['🇰🇷 Jun', '🇰🇷J'],
  ])('makes %s into %s', (name, initials) => expect(initialsOf(name)).toBe(initials))
})
