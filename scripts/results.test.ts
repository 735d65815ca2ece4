import { expect, it } from 'vitest'
import { countResults } from './results.ts'

it('counts the tests of a Vitest report', () => {
  const report = JSON.stringify({ numPassedTests: 12, numFailedTests: 2 })

  expect(countResults({ report, output: '', exitCode: 1 })).toEqual({ passed: 12, failed: 2 })
})

it('counts a flaky journey of a Playwright report as failed', () => {
  const report = JSON.stringify({ stats: { expected: 5, unexpected: 0, flaky: 1, skipped: 0 } })

  expect(countResults({ report, output: '', exitCode: 0 })).toEqual({ passed: 5, failed: 1 })
})

it('counts the lines of the hostile and the fault suite', () => {
  const output = [
    'starting',
    '{"case":"a","expected":"x","got":"x","ok":true}',
    '{"case":"b","expected":"x","got":"y","ok":false}',
    '{"fault":"kill","runs":5,"acked":90,"lost":0,"duplicated":0,"convergeMs":12}',
    '{not json}',
  ].join('\n')

  expect(countResults({ output, exitCode: 1 })).toEqual({ passed: 2, failed: 1 })
})

it('counts a stage without cases as one', () => {
  expect(countResults({ output: 'fine', exitCode: 0 })).toEqual({ passed: 1, failed: 0 })
  expect(countResults({ output: 'broken', exitCode: 2 })).toEqual({ passed: 0, failed: 1 })
})

it('never calls a stage green that ended in failure after cases that all passed', () => {
  const report = JSON.stringify({ numPassedTests: 12, numFailedTests: 0 })

  expect(countResults({ report, output: '', exitCode: 1 })).toEqual({ passed: 12, failed: 1 })
})
