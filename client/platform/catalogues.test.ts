import i18next from 'i18next'
import { describe, expect, it } from 'vitest'
import './common.ts'

type Tree = { readonly [key: string]: string | Tree }

const catalogues = import.meta.glob('../*/locale.ts', { eager: true })
const components = import.meta.glob<string>(['../**/*.tsx', '!../**/*.test.tsx'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  )
const bundle = (locale: string, namespace: string) => leaves(i18next.getResourceBundle(locale, namespace) as Tree)
const holes = (sentence: string) => [...new Set([...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]))].toSorted()

describe('the catalogues', () => {
  const namespaces = Object.keys(i18next.getDataByLanguage('en') ?? {})

  it('are all here', () => expect(namespaces).toHaveLength(Object.keys(catalogues).length + 1))

  it.each(namespaces)(
    'of %s have the same keys in both languages, each with the same values to fill in',
    (namespace) => {
      const en = bundle('en', namespace)
      const ko = new Map(bundle('ko', namespace))
      expect([...ko.keys()].toSorted()).toEqual(en.map(([key]) => key).toSorted())
      expect([...ko.values()].filter((sentence) => sentence.trim() === '')).toEqual([])
      // A plural's "one" may leave its number out.
      const counted = en.filter(([key]) => !key.endsWith('_one'))
      expect(counted.map(([key]) => [key, holes(ko.get(key) ?? '')])).toEqual(
        counted.map(([key, sentence]) => [key, holes(sentence)]),
      )
    },
  )

  it('hold all text: no component writes a sentence of its own', () => {
    const inline: string[] = []
    for (const [file, source] of Object.entries(components)) {
      const code = source.replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')
      const texts = code.matchAll(/<[a-zA-Z.]+(?:\s[^<>]*)?>([^<>{}]*\p{L}{2,}[^<>{}]*)<\//gu)
      const attributes = code.matchAll(/\s(?:aria-label|title|placeholder|alt|label)="([^"]*\p{L}{2,}[^"]*)"/gu)
      for (const match of [...texts, ...attributes]) inline.push(`${file}: ${(match[1] ?? '').trim()}`)
    }
    expect(Object.keys(components).length).toBeGreaterThan(50)
    expect(inline).toEqual([])
  })
})
