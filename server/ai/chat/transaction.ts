import type { Pool, PoolClient } from 'pg'

/** Runs `work` in one transaction. */
export async function inTransaction<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await pool.connect()
  let broken = false
  try {
    await tx.query('begin')
    const value = await work(tx)
    await tx.query('commit')
    return value
  } catch (error) {
    await tx.query('rollback').catch(() => {
      // The connection is gone, and its transaction with it; it must not go back to the pool.
      broken = true
    })
    throw error
  } finally {
    tx.release(broken)
  }
}
