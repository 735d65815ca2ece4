import { describe, expect, it } from 'vitest'
import { restoreText } from './restore-text.ts'

const fileOf = (text: string) => {
  const file = { text, read: () => file.text, replace: (wanted: string) => void (file.text = wanted) }
  return file
}

describe('restoring a moment', () => {
  it('is taken back to what was there', () => {
    const file = fileOf('one\ntwo\nthree\n')
    const undo = restoreText(file, 'one\n')
    expect(file.text).toBe('one\n')
    undo()
    expect(file.text).toBe('one\ntwo\nthree\n')
  })

  it('keeps what was written between restoring and taking it back', () => {
    const file = fileOf('title\n\nbody\nend\n')
    const undo = restoreText(file, 'title\n\nold body\nend\n')
    file.replace(file.text.replace('title', 'title by a colleague'))
    undo()
    expect(file.text).toBe('title by a colleague\n\nbody\nend\n')
  })
})
