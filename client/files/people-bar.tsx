import { useMessages } from '../platform/i18n.ts'
import { Avatar } from '../ui/avatar.tsx'
import { cx } from '../ui/class-names.ts'
import { Tooltip } from '../ui/tooltip.tsx'
import { messages } from './locale.ts'
import { Whereabouts } from './whereabouts.tsx'
import { useBench, useWorkbench } from './workbench.ts'

const MAX_SHOWN = 6

/** Who is here: one avatar a person, however many tabs they have. Pressing one follows them. */
export function PeopleBar() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const people = useBench((s) => s.people)
  const following = useBench((s) => s.following)
  const toggle = (id: string, name: string): void =>
    bench.store.setState({ following: following?.personId === id ? null : { personId: id, name, isPaused: false } })
  const rest = people.slice(MAX_SHOWN)
  return (
    <ul aria-label={t('top.people')} className="flex items-center gap-[3px]">
      {people.slice(0, MAX_SHOWN).map((person) => {
        const isMe = person.id === bench.me.id
        const isFollowed = following?.personId === person.id
        const label = isMe
          ? t('top.you', { name: person.name })
          : t(isFollowed ? 'top.unfollow' : 'top.follow', { name: person.name })
        return (
          <li key={person.id}>
            <Tooltip
              label={
                <span>
                  {label}
                  <Whereabouts person={person} />
                </span>
              }
            >
              {isMe ? (
                <span role="img" aria-label={label} className="block rounded-full">
                  <Avatar name={person.name} color={person.color} isDecorative />
                </span>
              ) : (
                <button
                  type="button"
                  aria-label={label}
                  aria-pressed={isFollowed}
                  onClick={() => toggle(person.id, person.name)}
                  className={cx(
                    'grid place-content-center rounded-full pointer-coarse:size-11',
                    isFollowed && 'outline-2 outline-offset-1 outline-accent',
                  )}
                >
                  <Avatar name={person.name} color={person.color} isDecorative />
                </button>
              )}
            </Tooltip>
          </li>
        )
      })}
      {rest.length > 0 && (
        <li className="px-1 text-12 text-muted" title={rest.map((p) => p.name).join(', ')}>
          +{rest.length}
        </li>
      )}
    </ul>
  )
}
