import { describe, expect, it } from 'vitest'
import { parseEnv } from './env.ts'

const problemsOf = (values: Record<string, string>) => {
  const result = parseEnv(values)
  return 'problems' in result ? result.problems : []
}

describe('the environment', () => {
  it('has a default for everything: nothing needs to be set', () => {
    expect(parseEnv({})).toMatchObject({ env: { HOST: '127.0.0.1', PORT: 3000, isLoopback: true } })
  })

  it('takes a blank value for an unset one', () => {
    expect(parseEnv({ PORT: '', DATABASE_URL: '' })).toMatchObject({ env: { PORT: 3000 } })
  })

  it('tells all problems at once, each with what was expected', () => {
    const problems = problemsOf({ PORT: '70000', DATABASE_URL: 'mysql://x', PUBLIC_URL: 'not a url' })
    expect(problems.map((p) => p.split(':')[0])).toEqual(['PORT', 'PUBLIC_URL', 'DATABASE_URL'])
  })

  it('refuses to serve the unisolated local runtime beyond this machine unless told so', () => {
    const url = 'https://ide.example.org'
    expect(problemsOf({ HOST: '0.0.0.0', PUBLIC_URL: url })).toHaveLength(1)
    expect(problemsOf({ HOST: '0.0.0.0', PUBLIC_URL: url, ALLOW_REMOTE_LOCAL_RUNTIME: 'true' })).toEqual([])
  })

  it('refuses a short, default or guessable secret', () => {
    for (const secret of ['changeme', 'x'.repeat(40), 'short']) {
      expect(problemsOf({ SESSION_SECRET: secret })).toHaveLength(1)
    }
  })

  it('wants both halves of a provider’s credentials', () => {
    expect(problemsOf({ GITHUB_CLIENT_ID: 'id' })).toHaveLength(1)
  })
})
