import { TRPCClientError } from '@trpc/client'
import { describe, expect, it } from 'vitest'
import { ApiError, describeError, failureOf, hasCode } from './api-error.ts'
import { setLocale } from './i18n.ts'

const refused = (appCode: string, requestId: string | null = null) =>
  Object.assign(new TRPCClientError('refused'), { data: { appCode, requestId } })

describe('failureOf', () => {
  it('reads the code the server gave', () => {
    expect(failureOf(refused('last_owner')).code).toBe('last_owner')
    expect(failureOf(new ApiError('archive_invalid')).code).toBe('archive_invalid')
  })

  it('takes an answerless call for a network that is away, and anything unknown for a bug', () => {
    expect(failureOf(new TRPCClientError('Failed to fetch')).code).toBe('network')
    expect(failureOf(new TypeError('x is not a function')).code).toBe('internal')
    expect(failureOf(refused('code_of_tomorrow')).code).not.toBe('code_of_tomorrow')
    expect(failureOf(undefined).code).toBe('internal')
  })

  it('finds no code where there is no error', () => {
    expect(hasCode(null, 'internal')).toBe(false)
    expect(hasCode(refused('not_found'), 'not_found', 'forbidden')).toBe(true)
  })
})

describe('describeError', () => {
  it('says what happened in the language of the page, with the id of a bug only', async () => {
    await setLocale('ko')
    expect(describeError(refused('last_owner', 'r-1'))).toBe(
      '워크스페이스에는 소유자가 있어야 합니다. 먼저 다른 사람을 소유자로 지정하세요.',
    )
    await setLocale('en')
    expect(describeError(refused('internal', 'r-2'))).toContain('Request r-2')
    expect(describeError(refused('last_owner', 'r-1'))).not.toContain('r-1')
  })
})
