import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { DocumentId } from '#shared/ids.ts'
import { createAgentFolder, ended } from './testing/agent-process.ts'
import { startFakeServer } from './testing/fake-server.ts'

const ROUNDS = 6
const id = 'AAAAAAAAAAAAAAAAAAAAAA' as DocumentId

it(
  '[K4] an agent killed again and again, while people type and programs write, loses no token and doubles none',
  { timeout: 120_000 },
  async () => {
    const folder = await createAgentFolder()
    const server = await startFakeServer()
    try {
      await mkdir(folder.root)
      const file = path.join(folder.root, 'a.txt')
      await writeFile(file, 'start\n')
      const attach = () =>
        server.call((agent) => agent.emitWithAck('documents.attach', { documentId: id, path: 'a.txt', epoch: 1 }))
      const tokens: string[] = []
      const token = (prefix: string): string => {
        tokens.push(`${prefix}${tokens.length}.`)
        return tokens.at(-1)!
      }
      let agent = folder.start(server.url)
      await attach()

      let isTyping = true
      const typist = (async () => {
        for (let i = 0; isTyping; i++) {
          const typed = `${token('p')}\n`
          server.edit(id, (text) => text.insert(i % 2 === 0 ? text.length : 0, typed))
          await delay(10 + (i % 7) * 15)
        }
      })()

      for (let round = 0; round < ROUNDS; round++) {
        // Each round ends the agent at another of its questions: head, intent, base and so on.
        let questions = 0
        await new Promise<void>((resolve) => {
          server.before = () => {
            if (questions++ !== round) return
            server.before = () => {}
            agent.kill('SIGKILL')
            resolve()
          }
        })
        await ended(agent)
        const lines = (await readFile(file, 'utf8')).split('\n')
        lines.splice(round % lines.length, 0, token('d'))
        await writeFile(`${file}.new`, lines.join('\n'))
        await rename(`${file}.new`, file)
        agent = folder.start(server.url)
        await attach()
      }
      isTyping = false
      await typist
      await attach()
      const isAtRest = () => {
        const last = server.statuses.at(-1)
        return last?.status === 'on-disk' && last.seq === server.document(id).history.length
      }
      await server.until(isAtRest, 'rest')

      const text = server.text(id)
      const wrong = tokens.flatMap((t) =>
        text.split(t).length === 2 ? [] : [`${t} ${text.split(t).length - 1} times`],
      )
      expect(wrong).toEqual([])
      expect(await readFile(file, 'utf8')).toBe(text)
      expect(await readdir(folder.root)).toEqual(['a.txt'])
    } finally {
      await folder.remove()
      await server.close()
    }
  },
)
