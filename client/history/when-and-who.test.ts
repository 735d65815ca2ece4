import { beforeEach, describe, expect, it } from 'vitest'
import { setLocale } from '../platform/i18n.ts'
import { whenAndWho } from './when-and-who.ts'

const NOW = Date.UTC(2026, 10, 23, 12)
const HOUR = 3_600_000
const file = {
  documentId: 'd',
  path: 'a',
  deletedAt: NOW - 3 * HOUR,
  deletedBy: null,
  editedAt: NOW - 50 * HOUR,
  seq: 1,
}

describe('when a file was deleted, and by whom', () => {
  beforeEach(() => setLocale('en'))

  it('is said as far as it is known', () => {
    const mina = { name: 'Mina', color: 2 }
    expect(whenAndWho({ ...file, deletedBy: mina }, NOW)).toBe('Deleted 3 hours ago by Mina')
    expect(whenAndWho(file, NOW)).toBe('Deleted 3 hours ago on the disk')
    expect(whenAndWho({ ...file, deletedAt: null }, NOW)).toBe('Deleted on the disk, last edited 2 days ago')
    expect(whenAndWho({ ...file, deletedAt: null, editedAt: null }, NOW)).toBe('Deleted on the disk')
  })

  it('is said in Korean', async () => {
    await setLocale('ko')
    expect(whenAndWho({ ...file, deletedBy: { name: '미나', color: 2 } }, NOW)).toBe('3시간 전, 미나 님이 삭제')
  })
})
