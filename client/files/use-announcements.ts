import { useEffect, useRef } from 'react'
import type { PresentPerson } from '#shared/protocol/events.ts'
import { announce } from '../ui/announcer.ts'
import { messages } from './locale.ts'
import { nameOf } from './tree.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** What changed between two moments, in sentences; at most three, so that nobody is talked over. */
export function sayChanges(before: readonly PresentPerson[], now: readonly PresentPerson[], me: string): string[] {
  const { t } = messages
  const known = new Map(before.map((p) => [p.id, p]))
  const sentences: string[] = []
  for (const person of now) {
    if (person.id === me) continue
    const former = known.get(person.id)
    const path = person.paths[0]
    if (former === undefined) sentences.push(t('said.came', { name: person.name }))
    else if (path !== undefined && path !== former.paths[0])
      sentences.push(t('said.opened', { name: person.name, file: nameOf(path) }))
  }
  for (const person of before)
    if (person.id !== me && !now.some((p) => p.id === person.id)) sentences.push(t('said.went', { name: person.name }))
  return sentences.slice(0, 3)
}

/** Tells screen readers of colleagues' comings and goings, unless the person prefers silence. */
export function useAnnouncements(isOn: boolean): void {
  const bench = useWorkbench()
  const people = useBench((s) => s.people)
  const before = useRef<readonly PresentPerson[] | null>(null)
  useEffect(() => {
    if (isOn && before.current !== null && before.current.length > 0) {
      const sentences = sayChanges(before.current, people, bench.me.id)
      if (sentences.length > 0) announce(sentences.join(' '))
    }
    before.current = people
  }, [bench, people, isOn])
}
