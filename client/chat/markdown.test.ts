import { describe, expect, it } from 'vitest'
import { renderMarkdown } from './markdown.ts'

const htmlOf = (text: string): string =>
  renderMarkdown(text)
    .map((part) => part.html)
    .join('')

describe('markdown', () => {
  it('keeps raw HTML as text', () => {
    expect(htmlOf('<b onclick=x>hi</b> <script>alert(1)</script>')).not.toMatch(/<(b|script)/)
  })

  it('loads no image, from wherever it is', () => {
    const html = htmlOf(
      '![pixel](http://outside.invalid/p.png) ![d](data:image/png;base64,AAAA) ![r][x]\n\n[x]: /local.png',
    )
    expect(html).not.toContain('<img')
    expect(html).toContain('http://outside.invalid/p.png')
  })

  it('links to web and mail addresses only, in a tab of their own that knows nothing of this one', () => {
    expect(
      htmlOf('[a](javascript:alert(1)) [b](vbscript:x) [c](data:text/html,x) [d](//host) [e](/w/x)'),
    ).not.toContain('<a')
    expect(htmlOf('[a](https://example.org)')).toMatch(/target="_blank" rel="noopener noreferrer nofollow"/)
  })

  it('gives code blocks apart, highlighted and escaped, unfinished ones too', () => {
    const [prose, code] = renderMarkdown('Look:\n```ts\nconst a = "<img>"')
    expect(prose).toMatchObject({ type: 'html' })
    expect(code).toMatchObject({ type: 'code', language: 'ts', text: 'const a = "<img>"' })
    expect(code?.html).toContain('hljs-keyword')
    expect(code?.html).not.toContain('<img>')
    expect(renderMarkdown('```nonsense"><img>\n<b>\n```')).toMatchObject([{ html: '&lt;b&gt;\n' }])
  })
})
