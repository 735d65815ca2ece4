/**
 * Run after `npm install`, with the folder where that was if not the root. A registry's view may lack optional packages
 * of other platforms; the lock file made there leaves them out, and `npm ci` elsewhere refuses it as out of step. This
 * adds an entry for each of them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { addMissingOptionals, type Lockfile } from './lockfile.ts'

const file = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'), 'package-lock.json')
const lockfile = JSON.parse(readFileSync(file, 'utf8')) as Lockfile
const { fixed, added } = addMissingOptionals(lockfile)
writeFileSync(file, `${JSON.stringify(fixed, null, 2)}\n`)
console.log(`Optional packages added to the lock file: ${added.length}`)
