import { useMemo, useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import type { Command } from './commands.ts'
import { shortcutLabel } from './commands.ts'
import { foldForSearch, fuzzyFind } from './fuzzy.ts'
import { messages } from './locale.ts'
import { Picker } from './picker.tsx'
import { useWorkbench } from './workbench.ts'

/** Every command by its name. */
export function CommandPalette({ commands }: { commands: readonly Command[] }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const [query, setQuery] = useState('')
  const matches = useMemo(() => fuzzyFind(query, commands, (c) => foldForSearch(c.label), 100), [query, commands])
  return (
    <Picker
      title={t('palette.title')}
      placeholder={t('palette.placeholder')}
      none={t('palette.none')}
      query={query}
      onQuery={setQuery}
      onClose={() => bench.store.setState({ overlay: null })}
      rows={matches.map(({ item }) => ({
        key: item.id,
        label: item.label,
        ...(item.keys === undefined ? {} : { note: shortcutLabel(item.keys) }),
        run: item.run,
      }))}
    />
  )
}
