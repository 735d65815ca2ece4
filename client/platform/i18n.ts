import i18next, { type FormatterModule } from 'i18next'
import { useMemo, useSyncExternalStore } from 'react'
import type { Locale } from '#shared/api/auth.ts'
import { readStored, writeStored } from './storage.ts'

/** A catalogue: nested objects whose leaves are sentences; `{{name}}` stands for a value. */
export interface Catalogue {
  readonly [key: string]: string | Catalogue
}

/** The other languages have exactly the keys of the English one; the compiler says which is missing. */
export type SameKeys<C> = { readonly [K in keyof C]: C[K] extends string ? string : SameKeys<C[K]> }

type WithoutPlural<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K

/** `'dialog.title'`: the paths to the leaves, with `_one` and `_other` merged into the key that takes `count`. */
export type MessageKey<C> = {
  [K in keyof C & string]: C[K] extends string ? WithoutPlural<K> : `${K}.${MessageKey<C[K]>}`
}[keyof C & string]

export type Translate<C> = (key: MessageKey<C>, values?: Readonly<Record<string, string | number>>) => string

export interface Messages<C> {
  readonly namespace: string
  /** For code outside React; components use `useMessages`, which follows a change of language. */
  readonly t: Translate<C>
}

const LOCALE_KEY = 'locale'
const isLocale = (value: unknown): value is Locale => value === 'en' || value === 'ko'

/** The language chosen on this device, else the browser's, else English. */
export function preferredLocale(): Locale {
  const stored = readStored(LOCALE_KEY)
  return isLocale(stored) ? stored : browserLocale()
}

export function browserLocale(): Locale {
  const language = navigator.languages.map((l) => l.slice(0, 2)).find(isLocale)
  return language ?? 'en'
}

/** Values that say how many. Lines, columns, ports and the like are names, and stay as they are. */
const AMOUNTS: ReadonlySet<unknown> = new Set(['count', 'total', 'at', 'gone', 'min', 'max'])

/** Writes amounts as the language writes numbers: 12,345. */
const amounts: FormatterModule = {
  type: 'formatter',
  init() {},
  add() {},
  addCached() {},
  format: (value: unknown, _format, locale, options) =>
    typeof value === 'number' && AMOUNTS.has(options?.['interpolationkey'])
      ? new Intl.NumberFormat(locale).format(value)
      : (value as string),
}

void i18next.use(amounts).init({
  lng: preferredLocale(),
  fallbackLng: 'en',
  supportedLngs: ['en', 'ko'],
  initAsync: false,
  resources: {},
  // React escapes; escaping twice would show &amp; in file names
  interpolation: { escapeValue: false, alwaysFormat: true },
})
document.documentElement.lang = currentLocale()

/** Adds a feature's catalogue under its own namespace. Call at module level, in the feature's locale.ts. */
export function registerMessages<const C extends Catalogue>(
  namespace: string,
  catalogues: { readonly en: C; readonly ko: SameKeys<C> },
): Messages<C> {
  i18next.addResourceBundle('en', namespace, catalogues.en, true, true)
  i18next.addResourceBundle('ko', namespace, catalogues.ko, true, true)
  return { namespace, t: i18next.getFixedT(null, namespace) as unknown as Translate<C> }
}

const watchLanguage = (listener: () => void) => {
  i18next.on('languageChanged', listener)
  return () => i18next.off('languageChanged', listener)
}

export function currentLocale(): Locale {
  return isLocale(i18next.language) ? i18next.language : 'en'
}

/** The language of the page, following changes. */
export const useLocale = (): Locale => useSyncExternalStore(watchLanguage, currentLocale)

/** A feature's sentences in the person's language; renders again when that changes. */
export function useMessages<C>({ namespace }: Messages<C>): Translate<C> {
  const locale = useLocale()
  return useMemo(() => i18next.getFixedT(locale, namespace) as unknown as Translate<C>, [locale, namespace])
}

/** Switches every sentence on the page at once and remembers the choice on this device; null follows the browser. */
export async function setLocale(choice: Locale | null): Promise<void> {
  writeStored(LOCALE_KEY, choice)
  const locale = choice ?? browserLocale()
  await i18next.changeLanguage(locale)
  document.documentElement.lang = locale
}
