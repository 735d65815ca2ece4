import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#server/platform/testing/database.ts'
import { bigintArray, booleanArray, byteaArray, textArray } from './binary-array.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.close())

async function read(parameter: Buffer, type: string): Promise<unknown> {
  const { rows } = await database.pool.query<{ value: unknown }>(`select $1::${type}[] as value`, [parameter])
  return rows[0]?.value
}

describe('arrays in binary form, read by PostgreSQL', () => {
  it.each([
    ['text', textArray, ['', 'a', '가나, "다" \\ {}', '😀', 'x'.repeat(70_000)]],
    ['bytea', byteaArray, [Buffer.alloc(0), Buffer.from([0, 255, 92]), Buffer.alloc(70_000, 7)]],
    ['bool', booleanArray, [true, false, true]],
    ['text', textArray, []],
    ['bytea', byteaArray, []],
    ['bigint', bigintArray, []],
  ] as const)('%s', async (type, encode, values) => {
    const parameter = (encode as (values: readonly unknown[]) => Buffer)(values)
    expect(await read(parameter, type)).toEqual(values)
  })

  it('bigint, as far as numbers are exact', async () => {
    const values = [
      0,
      1,
      -1,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      -(2 ** 32) - 5,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ]
    expect(await read(bigintArray(values), 'bigint')).toEqual(values.map(String))
  })
})
