import { afterAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createHeavyPool } from './heavy-pool.ts'

const pool = createHeavyPool(1000)
afterAll(() => pool.stop())

const updatesOf = (text: string): Uint8Array[] => {
  const updates: Uint8Array[] = []
  const doc = new Y.Doc()
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const part of text.split(' ')) doc.getText('text').insert(doc.getText('text').length, `${part} `)
  return updates
}

describe('[L6] heavy work', () => {
  it.each([
    ['on this thread', 'a short text '],
    ['in the worker', `${'a long text '.repeat(100)}`],
  ])('gives the same %s', async (_name, text) => {
    const updates = updatesOf(text)
    expect(await pool.text(updates)).toBe(`${text} `)
    expect(await pool.text([await pool.compact(updates)])).toBe(`${text} `)
  })

  it('takes large updates over instead of copying them', async () => {
    const [update] = updatesOf('x'.repeat(100_000)) as [Uint8Array]
    expect(await pool.text([update])).toBe(`${'x'.repeat(100_000)} `)
    expect(update.byteLength).toBe(0)
  })

  it('reports updates that do not connect, and goes on', async () => {
    const updates = updatesOf('x'.repeat(50).split('').join(' ').repeat(10))
    await expect(pool.compact(updates.slice(1))).rejects.toThrow('updates do not connect')
    expect(await pool.text(updates)).toContain('x x')
  })
})
