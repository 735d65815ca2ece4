import type { PresentPerson } from '#shared/protocol/events.ts'
import { readSelections } from '../editor/people-in-text.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatRelativeTime } from '../platform/time.ts'
import { messages } from './locale.ts'
import { nameOf } from './tree.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** Which file and line a person is at, and for how long they have done nothing; as of now, so drawn when it is asked for. */
export function Whereabouts({ person }: { person: PresentPerson }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const path = person.paths[0]
  const file = useBench((s) => (path === undefined ? undefined : s.files[path]))
  const lineNow = (): number | null => {
    if (file?.status !== 'open' || person.id === bench.me.id) return null
    const { text, awareness } = file.session.replica()
    const caret = readSelections(awareness, text).find((selection) => selection.user.id === person.id)
    return caret === undefined ? null : file.model.model.getPositionAt(caret.head).lineNumber
  }
  if (path === undefined && person.idleSince === undefined) return null
  const line = lineNow()
  const name = path === undefined ? null : nameOf(path)
  return (
    <span className="block text-muted">
      {name !== null && (line === null ? name : t('top.atLine', { name, line }))}
      {name !== null && person.idleSince !== undefined && ' · '}
      {person.idleSince !== undefined && t('top.idle', { when: formatRelativeTime(person.idleSince) })}
    </span>
  )
}
