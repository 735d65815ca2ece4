import { memo } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { Avatar } from '../ui/avatar.tsx'
import { cx } from '../ui/class-names.ts'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { messages } from './locale.ts'
import { Whereabouts } from './whereabouts.tsx'
import { useBench, useWorkbench } from './workbench.ts'

const MAX_SHOWN = 6

/** Who is here: one avatar a person, however many tabs they have. Pressing one follows them. */
export const PeopleBar = memo(function PeopleBar() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const people = useBench((s) => s.people)
  const following = useBench((s) => s.following)
  const toggle = (id: string, name: string): void =>
    bench.store.setState({ following: following?.personId === id ? null : { personId: id, name, isPaused: false } })
  const rest = people.slice(MAX_SHOWN)
  return (
    <>
      <PeopleMenu toggle={toggle} />
      <ul aria-label={t('top.people')} className="flex items-center gap-[3px] max-sm:hidden">
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
    </>
  )
})

/** The same on a phone, in the room of one: whom one might follow. */
function PeopleMenu({ toggle }: { toggle: (id: string, name: string) => void }) {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const people = useBench((s) => s.people)
  const followed = useBench((s) => s.following?.personId)
  const others = people.filter(({ id }) => id !== bench.me.id)
  const shown = others.find(({ id }) => id === followed) ?? others[0]
  if (shown === undefined) return null
  return (
    <Menu
      entries={[
        { type: 'heading', label: t('top.people') },
        ...others.map(({ id, name, paths: [path] }): MenuEntry => ({
          type: 'item',
          label: t(id === followed ? 'top.unfollow' : 'top.follow', { name }),
          ...(path !== undefined && { note: path }),
          run: () => toggle(id, name),
        })),
      ]}
      trigger={
        <button
          type="button"
          aria-label={t('top.others', { count: others.length })}
          className="relative grid size-7 shrink-0 place-content-center rounded-full data-popup-open:bg-active sm:hidden pointer-coarse:size-11"
        >
          <span className={cx('rounded-full', shown.id === followed && 'outline-2 outline-offset-1 outline-accent')}>
            <Avatar name={shown.name} color={shown.color} isDecorative />
          </span>
          {others.length > 1 && (
            <span
              aria-hidden
              className="absolute right-0 bottom-0 min-w-4 rounded-full bg-ink px-1 text-center text-[10px]/4 font-semibold text-surface pointer-coarse:right-1 pointer-coarse:bottom-1.5"
            >
              {others.length}
            </span>
          )}
        </button>
      }
    />
  )
}
