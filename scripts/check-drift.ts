/** Fails when the migrations do not make what prisma/schema.prisma says. */
import { findDrift } from './drift.ts'

const drift = await findDrift()
if (drift !== '') {
  console.error(`prisma/schema.prisma and prisma/migrations differ. Write the next migration with
  npm run make-migration -- NAME
It would hold:

${drift}`)
  process.exit(1)
}
