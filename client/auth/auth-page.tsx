import type { ReactNode } from 'react'
import { setLocale, useLocale } from '../platform/i18n.ts'
import { Mark } from '../ui/mark.tsx'

const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'ko', name: '한국어' },
] as const

/** The frame of every page before the workspace: one column, the mark, the language. */
export function AuthPage({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  const locale = useLocale()
  return (
    <div className="flex min-h-dvh flex-col px-6 py-6">
      <title>{`${title} · Pairloom`}</title>
      <main className="mx-auto grid w-full max-w-[360px] flex-1 content-start gap-6 pt-[12dvh]">
        <Mark />
        <div className="grid gap-2">
          <h1 className="text-20 text-balance">{title}</h1>
          {lead !== undefined && <p className="text-muted">{lead}</p>}
        </div>
        {children}
      </main>
      <footer className="mx-auto flex w-full max-w-[360px] gap-4 pt-10 text-12 text-muted">
        {LANGUAGES.map((language) => (
          <button
            key={language.id}
            type="button"
            lang={language.id}
            aria-pressed={locale === language.id}
            className="h-6 hover:text-ink aria-pressed:font-semibold aria-pressed:text-ink"
            onClick={() => void setLocale(language.id)}
          >
            {language.name}
          </button>
        ))}
      </footer>
    </div>
  )
}
