import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ShareLinkInfo } from '#shared/api/workspaces.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { formatRelativeTime } from '../platform/time.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Pill } from '../ui/pill.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useAction } from '../ui/use-action.ts'
import { useNow } from '../ui/use-now.ts'
import { messages } from './locale.ts'
import { links, refreshWorkspaces } from './queries.ts'

/** A list that stays open says within this that a link has run out. */
const LOOK_AGAIN_MS = 5_000

export type LinkState = 'active' | 'expired' | 'revoked'

export function linkState(link: Pick<ShareLinkInfo, 'expiresAt' | 'revokedAt'>, nowMs: number = Date.now()): LinkState {
  if (link.revokedAt !== null) return 'revoked'
  return new Date(link.expiresAt).getTime() <= nowMs ? 'expired' : 'active'
}

/** Links and who came by them; a removed guest stays listed (behaviour 2). */
export function LinksSection({ workspaceId }: { workspaceId: string }) {
  const t = useMessages(messages)
  const query = useQuery(links(workspaceId))
  const now = useNow(LOOK_AGAIN_MS)
  const action = useAction()
  const [revoking, setRevoking] = useState<ShareLinkInfo | null>(null)
  const insideNow = revoking?.guests.filter((g) => g.isInside).length ?? 0
  const change = async (work: () => Promise<unknown>, done: string) => {
    await action.run(work, done)
    await refreshWorkspaces()
    setRevoking(null)
  }
  return (
    <Section title={t('settings.links')}>
      {query.isPending && <Skeleton rows={2} />}
      {query.isError && <Notice tone="error">{describeError(query.error)}</Notice>}
      {query.data?.length === 0 && <p className="text-muted">{t('settings.noLinks')}</p>}
      {query.data !== undefined && query.data.length > 0 && (
        <ul>
          {query.data.map((link) => (
            <LinkRow
              key={link.id}
              link={link}
              now={now}
              onRevoke={() => setRevoking(link)}
              onRemoveGuest={(guest) =>
                void change(
                  () => api.workspaces.removeGuest.mutate({ workspaceId, guestId: guest.id }),
                  t('settings.guestRemovedDone', { name: guest.name }),
                )
              }
            />
          ))}
        </ul>
      )}
      {revoking !== null && (
        <AlertDialog
          title={t('settings.revokeLinkTitle')}
          confirm={t('settings.revokeLink')}
          isDangerous
          isBusy={action.isBusy}
          isOpen
          onOpenChange={() => setRevoking(null)}
          onConfirm={() =>
            void change(
              () => api.workspaces.revokeLink.mutate({ workspaceId, linkId: revoking.id }),
              t('settings.linkRevokedDone'),
            )
          }
        >
          <p>{insideNow === 0 ? t('settings.revokeLinkNobody') : t('settings.revokeLinkBody', { count: insideNow })}</p>
        </AlertDialog>
      )}
    </Section>
  )
}

interface RowProps {
  link: ShareLinkInfo
  now: number
  onRevoke: () => void
  onRemoveGuest: (guest: ShareLinkInfo['guests'][number]) => void
}

function LinkRow({ link, now, onRevoke, onRemoveGuest }: RowProps) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const state = linkState(link, now)
  return (
    <li className="grid gap-2 border-b border-line py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{link.label === '' ? t('settings.linkUntitled') : link.label}</span>
        <LinkPill state={state} />
        <span className="flex-1 text-muted">
          {state === 'active' && t('settings.linkExpires', { when: formatRelativeTime(link.expiresAt, now) })}
        </span>
        {state === 'active' && (
          <Button kind="quiet" onClick={onRevoke}>
            {t('settings.revokeLink')}
          </Button>
        )}
      </div>
      {link.guests.length === 0 ? (
        <p className="text-12 text-muted">{t('settings.noGuests')}</p>
      ) : (
        <ul className="border-l border-line pl-4">
          {link.guests.map((guest) => (
            <li key={guest.id} className="flex min-h-8 items-center gap-3">
              <span className={guest.isRemoved ? 'text-muted line-through' : ''}>{guest.name}</span>
              <span className="flex-1 text-12 text-muted">
                {guest.isRemoved ? t('settings.guestRemoved') : guest.isInside && t('settings.guestInside')}
              </span>
              {!guest.isRemoved && state === 'active' && (
                <Button
                  kind="quiet"
                  aria-label={t('settings.removeGuest', { name: guest.name })}
                  onClick={() => onRemoveGuest(guest)}
                >
                  {tc('action.remove')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

function LinkPill({ state }: { state: LinkState }) {
  const t = useMessages(messages)
  switch (state) {
    case 'active':
      return <Pill tone="good">{t('settings.linkActive')}</Pill>
    case 'expired':
      return <Pill>{t('settings.linkExpired')}</Pill>
    case 'revoked':
      return <Pill tone="bad">{t('settings.linkRevoked')}</Pill>
  }
}
