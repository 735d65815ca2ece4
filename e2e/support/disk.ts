import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect } from '@playwright/test'
import type { Ide } from './ide.ts'
import { until } from './until.ts'

const execute = promisify(execFile)

const GIT_SETTINGS = {
  GIT_AUTHOR_NAME: 'Disk',
  GIT_AUTHOR_EMAIL: 'disk@example.com',
  GIT_COMMITTER_NAME: 'Disk',
  GIT_COMMITTER_EMAIL: 'disk@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
}

export interface Ran {
  readonly code: number
  readonly output: string
}

/** A program as people run it in the folder of a workspace, and how it ended. */
export async function run(folder: string, program: string, ...args: readonly string[]): Promise<Ran> {
  const { PATH = '' } = process.env
  try {
    const { stdout, stderr } = await execute(program, args, { cwd: folder, env: { PATH, ...GIT_SETTINGS } })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    if (typeof code !== 'number') throw error
    return { code, output: stdout + stderr }
  }
}

/** The same, for what is not meant to fail. */
export async function mustRun(folder: string, program: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await run(folder, program, ...args)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${output}`)
  return output
}

/** A repository of what is in the folder. */
export async function startRepository(folder: string): Promise<void> {
  await mustRun(folder, 'git', 'init', '--quiet', '--initial-branch', 'main')
  await mustRun(folder, 'git', 'add', '--all')
  await mustRun(folder, 'git', 'commit', '--quiet', '--message', 'start')
}

export interface Typing {
  /** resolves when so many more tokens have been typed */
  more(count: number): Promise<void>
  /** stops, and answers all that was typed */
  end(): Promise<readonly string[]>
}

/** Types words nobody else types, one after the other, at the end of this line, until told to stop. */
export async function keepTyping(ide: Ide, file: string, line: number, name: string): Promise<Typing> {
  const tokens: string[] = []
  let isEnding = false
  await ide.placeCaret(file, line, 10_000)
  const type = async (): Promise<void> => {
    while (!isEnding) {
      const token = `${name}${tokens.length};`
      await ide.page.keyboard.type(token)
      tokens.push(token)
    }
  }
  const typing = type()
  return {
    async more(count) {
      const wanted = tokens.length + count
      await Promise.race([typing, until(`${name} types on`, () => tokens.length >= wanted, { timeoutMs: 30_000 })])
    },
    async end() {
      isEnding = true
      await typing
      return tokens
    },
  }
}

export const countOf = (text: string, part: string): number => text.split(part).length - 1

/** Both people and the disk have the same text, all of these once each, and the status bars say so. */
export async function expectAllOnce(
  folder: string,
  file: string,
  people: readonly { readonly ide: Ide; readonly file: string }[],
  once: readonly string[],
): Promise<string> {
  for (const { ide } of people) await ide.expectStatus('Saved, on disk')
  const onDisk = () => readFile(path.join(folder, file), 'utf8')
  await expect
    .poll(
      async () => {
        const texts = [await onDisk(), ...(await Promise.all(people.map((one) => one.ide.text(one.file))))]
        return new Set(texts).size
      },
      { timeout: 15_000 },
    )
    .toBe(1)
  const text = await onDisk()
  expect(once.filter((part) => countOf(text, part) !== 1)).toEqual([])
  return text
}
