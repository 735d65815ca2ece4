import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TEMPLATES } from '#shared/api/ai.ts'
import { renderFillIn, stripTokens, TEMPLATE_TOKENS } from './fill-in.ts'

it.each([
  ['qwen', '<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>'],
  ['starcoder', '<fim_prefix>a<fim_suffix>b<fim_middle>'],
  ['deepseek', '<｜fim▁begin｜>a<｜fim▁hole｜>b<｜fim▁end｜>'],
  ['codellama', '<PRE> a <SUF>b <MID>'],
  ['codestral', '[SUFFIX]b[PREFIX]a'],
] as const)('renders what stands around the cursor for %s', (template, prompt) => {
  expect(renderFillIn(template, { prefix: 'a', suffix: 'b' })).toEqual({ prompt })
})

it('leaves the suffix to a model that takes one', () => {
  expect(renderFillIn('suffix', { prefix: 'a', suffix: 'b' })).toEqual({ prompt: 'a', suffix: 'b' })
})

it('puts code of other files before, as comments', () => {
  const segments = { prefix: 'a', filepath: 'b.ts', snippets: [{ filepath: 'c.ts', body: 'one\ntwo' }] }
  expect(renderFillIn(null, segments).prompt).toBe('// Path: c.ts\n// one\n// two\n// Path: b.ts\na')
})

it("strips every template's tokens from a person's text, also one put together from halves", () => {
  expect(stripTokens('x<|fim_<|fim_middle|>middle|>y<PRE>[SUFFIX]<｜fim▁hole｜>z')).toBe('xyz')
})

it('renders no token more than its template has, whatever the text is', () => {
  const token = fc.constantFrom(
    '<|fim_middle|>',
    '<|fim_',
    'middle|>',
    '<fim_suffix>',
    '<PRE>',
    '[PREF',
    'IX]',
    '<｜fim▁end｜>',
  )
  const text = fc.array(fc.oneof(token, fc.string())).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, fc.constantFrom(...TEMPLATES), (prefix, suffix, template) => {
      const tokensIn = (one: string, other: string) =>
        renderFillIn(template, { prefix: one, suffix: other }).prompt.match(TEMPLATE_TOKENS)
      expect(tokensIn(prefix, suffix)).toEqual(tokensIn('', ''))
    }),
  )
})
