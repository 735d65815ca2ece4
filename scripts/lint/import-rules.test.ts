import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { judgeImport } from './import-rules.ts'

const legal: [file: string, statement: string][] = [
  ['shared/access/can.ts', `import { ERRORS } from '../errors.ts'`],
  ['shared/ids.ts', `import { z } from 'zod'`],
  ['shared/text.ts', `import type { Doc } from 'yjs'`],
  ['shared/text.test.ts', `import * as Y from 'yjs'`],
  ['server/sync/room.ts', `import { AppError } from '#shared/errors.ts'`],
  ['server/sync/room.ts', `import { createDatabase } from '#server/platform/db/database.ts'`],
  ['server/sync/log/append.ts', `import { createRoom } from '../room.ts'`],
  ['server/app/app.ts', `import { createRoom } from '#server/sync/room.ts'`],
  ['server/main.ts', `import { createAuth } from './auth/auth.ts'`],
  ['agent/merge.ts', `import { merge } from '#shared/text-merge.ts'`],
  ['client/auth/login.tsx', `import { Button } from '../ui/button.tsx'`],
  ['client/auth/login.tsx', `import type { Doc } from 'yjs'`],
  ['client/app/router.tsx', `const page = import('../files/ide-page.tsx')`],
  ['client/platform/api.ts', `import type { AppRouter } from '#server/app/router.ts'`],
  ['client/editor/binding.ts', `import * as Y from 'yjs'`],
  ['client/files/open.ts', `import { createBinding } from '../editor/binding.ts'`],
  ['client/diff/diff-editor.tsx', `import { monaco } from '../editor/monaco.ts'`],
  ['client/suggestions/inside.tsx', `import { monaco } from '../editor/monaco.ts'`],
  ['client/conflicts/inside.tsx', `import { rangeOf } from '../editor/view-of-model.ts'`],
  ['client/chat/hunks.tsx', `import { DiffView } from '../diff/diff-view.tsx'`],
  ['e2e/journey.ts', `import { createRoom } from '#server/sync/room.ts'`],
]

const illegal: [file: string, statement: string][] = [
  ['shared/ids.ts', `import { readFileSync } from 'node:fs'`],
  ['shared/ids.ts', `import pg from 'pg'`],
  ['shared/text.ts', `import * as Y from 'yjs'`],
  ['shared/ids.ts', `import { createRoom } from '#server/sync/room.ts'`],
  ['server/platform/log.ts', `import { createRoom } from '#server/sync/room.ts'`],
  ['server/sync/room.ts', `import { login } from '#server/auth/login.ts'`],
  ['server/sync/room.ts', `import type { Login } from '../auth/login.ts'`],
  ['server/sync/log/append.ts', `export { login } from '../../auth/login.ts'`],
  ['server/sync/room.ts', `const login = import('#server/auth/login.ts')`],
  ['server/sync/room.ts', `import { createApp } from '#server/app/app.ts'`],
  ['server/runtime/local.ts', `import { merge } from '#agent/merge.ts'`],
  ['agent/merge.ts', `import { createRoom } from '#server/sync/room.ts'`],
  ['client/auth/login.tsx', `import { List } from '../workspaces/list.tsx'`],
  ['client/auth/login.tsx', `const editor = import('../editor/editor.tsx')`],
  ['client/ui/button.tsx', `import { login } from '../auth/login.ts'`],
  ['client/platform/api.ts', `import { Button } from '../ui/button.tsx'`],
  ['client/platform/api.ts', `import { router } from '#server/app/router.ts'`],
  ['client/ui/button.tsx', `import { DiffView } from '../diff/diff-view.tsx'`],
  ['client/editor/code-editor.tsx', `import { Inside } from '../suggestions/inside.tsx'`],
  ['client/chat/apply.tsx', `import { applyCode } from '../suggestions/apply.ts'`],
  ['client/diff/diff-view.tsx', `import { api } from '../history/history-api.ts'`],
  ['client/sync/provider.ts', `import { createBinding } from '../editor/binding.ts'`],
  ['client/auth/login.tsx', `import * as Y from 'yjs'`],
  ['client/workspaces/list.tsx', `import 'monaco-editor'`],
  ['client/auth/login.tsx', `import { join } from 'node:path'`],
]

/** Reads the statement as the lint rule reports it to the judge. */
function judge(file: string, statement: string): string | undefined {
  const specifier = /'([^']+)'/.exec(statement)?.[1] ?? ''
  return judgeImport({ file, specifier, isTypeOnly: statement.startsWith('import type') })
}

describe('the import rules', () => {
  it.each(legal)('let %s say: %s', (file, statement) => {
    expect(judge(file, statement)).toBeUndefined()
  })

  it.each(illegal)('refuse in %s: %s', (file, statement) => {
    expect(judge(file, statement)).toBeTypeOf('string')
  })
})

it('stops the linter on every refused import and on no allowed one', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'pairloom-lint-'))
  const write = (file: string, text: string): void => {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(root, file), `${text}\n`)
  }
  const probes = [...legal, ...illegal].map(([file, statement], index) => {
    const [name = '', ...extensions] = path.posix.basename(file).split('.')
    const probe = path.posix.join(path.posix.dirname(file), `${name}-${index}.${extensions.join('.')}`)
    write(probe, statement)
    return probe
  })
  write('server/sync/secret.ts', `export const home = process.env['HOME']`)
  write('server/env.ts', `export const home = process.env['HOME']`)
  try {
    const config = path.join(import.meta.dirname, '..', '..', 'oxlint.config.ts')
    const { stdout } = spawnSync('oxlint', ['-c', config, '-f', 'unix'], { cwd: root, encoding: 'utf8' })
    const caught = stdout.split('\n').filter((line) => line.includes('house('))
    const stopped = (file: string): boolean => caught.some((line) => line.startsWith(`${file}:`))

    expect(probes.filter(stopped)).toEqual(probes.slice(legal.length))
    expect(stopped('server/sync/secret.ts')).toBe(true)
    expect(stopped('server/env.ts')).toBe(false)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
