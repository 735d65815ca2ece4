import { monaco } from './monaco.ts'

let probes = 0

/** The language of a file by its name, as Monaco finds it: only when it makes a model. */
export function languageOf(path: string): string {
  probes += 1
  const uri = monaco.Uri.from({ scheme: 'pairloom-name', authority: String(probes), path: `/${path}` })
  const probe = monaco.editor.createModel('', undefined, uri)
  const language = probe.getLanguageId()
  probe.dispose()
  return language
}
