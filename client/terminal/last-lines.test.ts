import { Terminal } from '@xterm/headless'
import { expect, it } from 'vitest'
import { lastLines } from './last-lines.ts'

const screenOf = async (text: string): Promise<Parameters<typeof lastLines>[0]> => {
  const terminal = new Terminal({ cols: 10, rows: 4, scrollback: 100, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(text.replaceAll('\n', '\r\n'), resolve))
  return terminal.buffer.active
}

it('gives the last lines, those that have left the screen too', async () => {
  const screen = await screenOf(Array.from({ length: 30 }, (_, i) => `line ${i}`).join('\n'))
  expect(lastLines(screen, 3)).toBe('line 27\nline 28\nline 29')
  expect(lastLines(screen, 100).split('\n')).toHaveLength(30)
})

it('joins what the width broke, and keeps empty lines between but not below', async () => {
  expect(lastLines(await screenOf('a line of more than ten\n\n끝\n\n'), 10)).toBe('a line of more than ten\n\n끝')
  expect(lastLines(await screenOf(''), 10)).toBe('')
})
