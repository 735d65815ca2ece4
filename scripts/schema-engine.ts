import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  ColumnTypeEnum,
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils'
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import type { Migration } from '#prisma/migrate.ts'

/** PostgreSQL's internal "char" type, which the adapter does not know though the engine asks for such columns. */
const CHAR_OID = 18
const TEXT_OID = 25

/**
 * Says by which SQL a Prisma schema differs from what a list of migrations makes; empty when they agree.
 * Runs Prisma's schema engine as WebAssembly, so no binary is downloaded. `connection` must be allowed to
 * create databases: the migrations are replayed in a shadow that is dropped afterwards.
 */
export async function diffFromMigrations(
  connection: pg.PoolConfig,
  migrations: readonly Migration[],
  schema: string,
): Promise<string> {
  await loadEngine()
  const { factory, close } = createAdapterFactory(connection)
  try {
    const engine = await engineModule.SchemaEngine.new(
      { datamodels: [['schema.prisma', schema]] },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(factory),
    )
    const { stdout } = await engine.diff({
      from: {
        tag: 'migrations',
        baseDir: 'prisma/migrations',
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
        shadowDbInitScript: '',
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
      },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    const script = (stdout ?? '').trim()
    return script === '-- This is an empty migration.' ? '' : script
  } finally {
    await close()
  }
}

let loading: Promise<void> | undefined

function loadEngine(): Promise<void> {
  loading ??= (async () => {
    const file = new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
    // The engine reports its own bugs through this global.
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
    })
    const glue = { ...engineModule } as unknown as WebAssembly.ModuleImports
    const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': glue })
    engineModule.__wbg_set_wasm(instance.exports)
    ;(instance.exports['__wbindgen_start'] as () => void)()
  })()
  return loading
}

/** Prisma's own factory is unsafe here: it splits scripts at every `;` and takes the main database for the shadow. */
function createAdapterFactory(connection: pg.PoolConfig) {
  const open = new Set<SqlDriverAdapter>()
  const track = (adapter: SqlDriverAdapter): SqlDriverAdapter => {
    open.add(adapter)
    return adapter
  }
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: async () => track(await openAdapter(connection, async () => undefined)),
    async connectToShadowDb() {
      const database = `prisma_migrate_shadow_db_${randomUUID()}`
      await administrate(connection, `create database "${database}"`)
      const drop = () => administrate(connection, `drop database if exists "${database}" with (force)`)
      return track(await openAdapter({ ...connection, database }, drop))
    },
  }
  return {
    factory,
    async close() {
      for (const adapter of open) await adapter.dispose()
    },
  }
}

async function openAdapter(connection: pg.PoolConfig, onDisposed: () => Promise<void>): Promise<SqlDriverAdapter> {
  // One connection that lasts: the engine sets the state of its session and relies on it.
  const pool = new pg.Pool({ ...connection, max: 1, idleTimeoutMillis: 0 })
  pool.on('error', () => undefined)
  const query = pool.query.bind(pool) as (config: unknown) => Promise<pg.QueryResult>
  // The adapter reads such a column when it is told that it is text; the engine then wants to hear that it is not.
  const charColumns = new WeakMap<object, number[]>()
  const queryCharsAsText = async (config: unknown): Promise<pg.QueryResult> => {
    const result = await query(config)
    const columns = [...result.fields.keys()].filter((column) => result.fields[column]?.dataTypeID === CHAR_OID)
    for (const column of columns) Object.assign(result.fields[column] ?? {}, { dataTypeID: TEXT_OID })
    charColumns.set(result.rows, columns)
    return result
  }
  const adapter = await new PrismaPg(Object.assign(pool, { query: queryCharsAsText })).connect()
  const queryRaw = adapter.queryRaw.bind(adapter)
  let disposed: Promise<void> | undefined
  return Object.assign(adapter, {
    async queryRaw(sql: SqlQuery): Promise<SqlResultSet> {
      const result = await queryRaw(sql)
      for (const column of charColumns.get(result.rows) ?? []) result.columnTypes[column] = ColumnTypeEnum.Character
      return result
    },
    // As one message, which PostgreSQL runs as one transaction.
    executeScript: async (script: string) => void (await query(script)),
    dispose: () => (disposed ??= pool.end().then(onDisposed)),
  })
}

async function administrate(connection: pg.PoolConfig, sql: string): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
