/** `count-results REPORT OUTPUT EXIT_CODE` prints "PASSED FAILED" for .ci/run; REPORT may be missing. */
import { existsSync, readFileSync } from 'node:fs'
import { countResults } from './results.ts'

const [report = '', output = '', exitCode = '1'] = process.argv.slice(2)
const { passed, failed } = countResults({
  ...(existsSync(report) ? { report: readFileSync(report, 'utf8') } : {}),
  output: readFileSync(output, 'utf8'),
  exitCode: Number(exitCode),
})
console.log(`${passed} ${failed}`)
