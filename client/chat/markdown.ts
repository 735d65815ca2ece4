import hljs from 'highlight.js/lib/common'
import MarkdownIt from 'markdown-it'

/** What a text consists of: prose as safe HTML, and blocks of code, which get their own tools. */
export type Part =
  | { readonly type: 'html'; readonly html: string }
  | {
      readonly type: 'code'
      readonly language: string
      /** all that stands behind the opening of the fence */
      readonly info: string
      readonly text: string
      readonly html: string
    }

const LONGEST_HIGHLIGHTED = 20_000

const highlight = (text: string, language: string): string => {
  if (text.length > LONGEST_HIGHLIGHTED || hljs.getLanguage(language) === undefined) return ''
  return hljs.highlight(text, { language, ignoreIllegals: true }).value
}

/** Raw HTML stays text, and nothing is loaded from anywhere: what a model writes is as hostile as its sources. */
const markdown = new MarkdownIt({ html: false, linkify: false, highlight })
markdown.validateLink = (url) => /^(https?:|mailto:)/i.test(url.trim())
const { escapeHtml } = markdown.utils
markdown.renderer.rules['image'] = (tokens, index) => {
  const token = tokens[index]
  const url = token?.attrGet('src') ?? ''
  const link = markdown.validateLink(url) ? ` <code>${escapeHtml(url)}</code>` : ''
  return `<span>${escapeHtml(token?.content ?? '')}</span>${link}`
}
markdown.renderer.rules['link_open'] = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('target', '_blank')
  tokens[index]?.attrSet('rel', 'noopener noreferrer nofollow')
  return self.renderToken(tokens, index, options)
}

/** Parses Markdown, unfinished too: a fence without its end is code up to where the text has come. */
export function renderMarkdown(text: string): Part[] {
  const env = {}
  const tokens = markdown.parse(text, env)
  const parts: Part[] = []
  let prose: typeof tokens = []
  const endProse = (): void => {
    if (prose.length > 0) parts.push({ type: 'html', html: markdown.renderer.render(prose, markdown.options, env) })
    prose = []
  }
  for (const token of tokens) {
    // Fences inside lists and quotes stay where they are.
    if (token.type !== 'fence' || token.level > 0) {
      prose.push(token)
      continue
    }
    endProse()
    const info = token.info.trim()
    const language = info.split(/\s+/)[0] ?? ''
    const html = highlight(token.content, language) || escapeHtml(token.content)
    parts.push({ type: 'code', language, info, text: token.content, html })
  }
  endProse()
  return parts
}
