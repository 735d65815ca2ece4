import { type FSWatcher, readFileSync, watch } from 'node:fs'
import path from 'node:path'
import * as Y from 'yjs'
import type { Session } from '../support/api.ts'
import { connectSync } from '../support/sync-client.ts'

const TOKEN = /<[\w-]+\.\d{6}>/g
/** What happened this long before and after a token was lost is told. */
const BEFORE_MS = 4_000
const AFTER_MS = 1_500

export interface CaseFile {
  /** Notes what a program did, in words. */
  note(what: string): void
  /** What happened around the moment at which people lost sight of a token, one line each; empty where they never had it. */
  around(token: string): string[]
  close(): void
}

interface Entry {
  readonly at: number
  readonly what: string
  /** the text after it, where it is one of the document's or the disk's */
  readonly text?: string
  readonly of?: 'document' | 'disk'
}

/**
 * Looks on while a file is tortured: how document and disk change, and what was done to them. Failures come from
 * moments that no seed brings back; so what a failed run can say it has to say at once.
 */
export async function openCaseFile(session: Session, documentId: string, file: string): Promise<CaseFile> {
  const entries: Entry[] = []
  let disk = ''
  const note = (what: string, rest: Omit<Entry, 'at' | 'what'> = {}) => {
    entries.push({ at: Date.now(), what, ...rest })
  }
  const doc = new Y.Doc()
  const client = await connectSync(session, documentId, { doc, isOffering: false })
  await client.whenSynced()
  let text = client.text()
  doc.on('update', () => {
    const now = client.text()
    if (now !== text) note(`document ${change(text, now)}`, { of: 'document', text: now })
    text = now
  })
  const look = () => {
    let now: string
    try {
      now = readFileSync(file, 'utf8')
    } catch {
      now = '(no file)'
    }
    if (now !== disk) note(`disk     ${change(disk, now)}`, { of: 'disk', text: now })
    disk = now
  }
  look()
  const watcher: FSWatcher = watch(path.dirname(file), (event, name) => {
    note(`folder   ${event} ${name ?? ''}`)
    look()
  })
  return {
    note,
    around(token) {
      const lostAt = entries.findLastIndex(
        ({ of, text: now }, at) =>
          of === 'document' && now?.includes(token) === false && previous(entries, at)?.includes(token) === true,
      )
      const lost = entries[lostAt]
      if (lost === undefined) return []
      return [
        `${token} went out of sight; before, the document was`,
        oneLine(previous(entries, lostAt)),
        ...entries
          .filter(({ at }) => at >= lost.at - BEFORE_MS && at <= lost.at + AFTER_MS)
          .flatMap((entry) => [
            `${String(entry.at - lost.at).padStart(6)} ms  ${entry.what}`,
            ...(entry.text?.includes(token) === false && entry.of === 'disk'
              ? [`           = ${oneLine(entry.text)}`]
              : []),
          ]),
        'after, it was',
        oneLine(lost.text),
      ]
    },
    close() {
      watcher.close()
      client.close()
    },
  }
}

function previous(entries: readonly Entry[], at: number): string | undefined {
  return entries.slice(0, at).findLast(({ of }) => of === 'document')?.text
}

/** The lines that came and the tokens that went, as few as tell two texts of the same file apart. */
function change(before: string, after: string): string {
  const had = new Set(before.match(TOKEN))
  const has = new Set(after.match(TOKEN))
  const came = [...has].filter((token) => !had.has(token)).map((token) => `+${token}`)
  const went = [...had].filter((token) => !has.has(token)).map((token) => `-${token}`)
  return [...went, ...came].join(' ') || `another order or other words, ${after.length} characters`
}

const oneLine = (text = ''): string => text.replaceAll('\n', '|')
