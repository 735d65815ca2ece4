import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { AUDIT_COLUMNS, changesOf } from './audit-columns.ts'

/** Model → names of its columns, read from the schema: relations and whole-model attributes left out. */
function columnsOfSchema(): Record<string, string[]> {
  const schema = readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8')
  const models = [...schema.matchAll(/^model (\w+) \{$([\s\S]*?)^\}$/gm)].map(([, name = '', body = '']) => ({
    name,
    body,
  }))
  const modelNames = new Set(models.map((model) => model.name))
  return Object.fromEntries(
    models.map(({ name, body }) => {
      const fields = [...body.matchAll(/^ {2}(\w+)\s+(\w+)/gm)].map(([, column = '', type = '']) => ({ column, type }))
      return [
        name,
        fields
          .filter(({ type }) => !modelNames.has(type))
          .map(({ column }) => column)
          .toSorted(),
      ]
    }),
  )
}

it('classes every column of the schema, and no other', () => {
  const classed = Object.fromEntries(
    Object.entries(AUDIT_COLUMNS).map(([model, columns]) => [model, Object.keys(columns).toSorted()]),
  )
  expect(classed).toEqual(columnsOfSchema())
})

it('classes every hash and every content column as secret', () => {
  for (const [model, columns] of Object.entries(AUDIT_COLUMNS)) {
    for (const [column, auditClass] of Object.entries(columns)) {
      if (/tokenHash|passwordHash|^bytes$/.test(column)) expect(`${model}.${column}: ${auditClass}`).toMatch(/secret$/)
    }
  }
})

it('tells old and new of tracked columns, only that secret ones changed, and nothing of ignored ones', () => {
  const before = { name: 'Mina', passwordHash: 'old hash', lastSeenAt: null, suspendedAt: null, locale: 'ko' }
  const after = {
    ...before,
    name: 'Minji',
    passwordHash: 'new hash',
    lastSeenAt: new Date(1),
    suspendedAt: new Date(0),
  }
  expect(changesOf('User', before, after)).toEqual({
    name: 'Mina → Minji',
    passwordHash: 'changed',
    suspendedAt: 'none → 1970-01-01T00:00:00.000Z',
  })
})
