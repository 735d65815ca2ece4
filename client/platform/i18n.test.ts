// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { registerMessages, setLocale } from './i18n.ts'

const fruit = registerMessages('fruit', {
  en: {
    plain: 'Apple',
    nested: { of: 'Pie of {{what}}' },
    count_one: '{{count}} pear',
    count_other: '{{count}} pears',
  },
  ko: { plain: '사과', nested: { of: '{{what}} 파이' }, count_one: '배 {{count}}개', count_other: '배 {{count}}개' },
})

describe('messages', () => {
  it('follow the language that is set, and mark the page with it', async () => {
    await setLocale('ko')
    expect(fruit.t('plain')).toBe('사과')
    expect(document.documentElement.lang).toBe('ko')
    await setLocale('en')
    expect(fruit.t('plain')).toBe('Apple')
    expect(document.documentElement.lang).toBe('en')
  })

  it('take values as they are, since React escapes them', () => {
    expect(fruit.t('nested.of', { what: '<b>&' })).toBe('Pie of <b>&')
  })

  it('choose the plural by count', () => {
    expect(fruit.t('count', { count: 1 })).toBe('1 pear')
    expect(fruit.t('count', { count: 3 })).toBe('3 pears')
  })

  it('write how many there are with separators, and other numbers as they are', async () => {
    expect(fruit.t('count', { count: 12_345 })).toBe('12,345 pears')
    expect(fruit.t('nested.of', { what: 8080 })).toBe('Pie of 8080')
    await setLocale('ko')
    expect(fruit.t('count', { count: 12_345 })).toBe('배 12,345개')
    await setLocale('en')
  })
})
