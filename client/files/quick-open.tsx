import { useMemo, useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { foldForSearch, fuzzyFind } from './fuzzy.ts'
import { messages } from './locale.ts'
import { Picker } from './picker.tsx'
import { nameOf, parentOf } from './tree.ts'
import { useBench, useWorkbench } from './workbench.ts'

const LIMIT = 60

/** Letters that matched, in bold. */
function Marked({ text, offset, at }: { text: string; offset: number; at: ReadonlySet<number> }) {
  return Array.from(text.normalize('NFC'), (letter, i) =>
    // The letters of one name never change places.
    // oxlint-disable-next-line react/no-array-index-key
    at.has(offset + i) ? (
      <b key={i} className="text-accent">
        {letter}
      </b>
    ) : (
      letter
    ),
  )
}

/** Any file by a few letters; open ones first while nothing is typed. */
export function QuickOpen() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const tree = useBench((s) => (s.tree.status === 'ready' ? s.tree.tree : null))
  const layout = useBench((s) => s.layout)
  const [query, setQuery] = useState('')
  const files = useMemo(() => {
    const open = layout.groups.flatMap((g) => g.tabs)
    const all = [...(tree?.entries.values() ?? [])]
      .filter((e) => e.kind === 'file' && e.isIgnored !== true)
      .map((e) => e.path)
    return [...new Set([...open, ...all])].map((path) => ({ path, folded: foldForSearch(path) }))
  }, [tree, layout])
  const matches = useMemo(() => fuzzyFind(query, files, (f) => f.folded, LIMIT), [query, files])
  return (
    <Picker
      title={t('quickOpen.title')}
      placeholder={t('quickOpen.placeholder')}
      none={t('quickOpen.none')}
      {...(matches.length === LIMIT && files.length > LIMIT
        ? { footer: t('quickOpen.limit', { count: LIMIT, total: files.length }) }
        : {})}
      query={query}
      onQuery={setQuery}
      onClose={() => bench.store.setState({ overlay: null })}
      rows={matches.map(({ item, at }) => {
        const name = nameOf(item.path)
        return {
          key: item.path,
          label: (
            <Marked
              text={name}
              offset={item.path.normalize('NFC').length - name.normalize('NFC').length}
              at={new Set(at)}
            />
          ),
          note: parentOf(item.path),
          run: (beside) => bench.open(item.path, { beside }),
        }
      })}
    />
  )
}
