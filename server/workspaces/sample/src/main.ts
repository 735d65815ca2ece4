import { formatTide } from './format.ts'
import { harbours } from './harbours.ts'
import { tidesOf } from './tides.ts'

const harbour = harbours.mokpo

console.log(`Tides at ${harbour.name} today`)
for (const tide of tidesOf(harbour, new Date())) console.log(formatTide(tide))
