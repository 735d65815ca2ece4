import { describe, expect, it } from 'vitest'
import { isMoved, readAddress } from './provider-form.ts'

describe('readAddress', () => {
  it('drops the slash at the end, which would double in every call', () => {
    expect(readAddress(' http://litellm:4000/v1/ ')).toBe('http://litellm:4000/v1')
  })

  it.each([
    '',
    'litellm:4000',
    'ftp://host',
    'http://me:secret@host',
    'http://host/?a=1',
    'http://host/#x',
    'http://a b',
  ])('takes %j for none', (typed) => expect(readAddress(typed)).toBeNull())
})

it('isMoved tells another server from another path', () => {
  const provider = { baseUrl: 'http://a:1/v1' }
  expect(isMoved(provider, 'http://a:1/v2')).toBe(false)
  expect(isMoved(provider, 'http://a:2/v1')).toBe(true)
  expect(isMoved(provider, 'not yet')).toBe(false)
  expect(isMoved(null, 'http://a:2/v1')).toBe(false)
})
