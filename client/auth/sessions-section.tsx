import { useQuery } from '@tanstack/react-query'
import type { SessionInfo } from '#shared/api/auth.ts'
import { api } from '../platform/api.ts'
import { describeError } from '../platform/api-error.ts'
import { useMessages } from '../platform/i18n.ts'
import { queryClient } from '../platform/query-client.ts'
import { formatDateTime, formatRelativeTime } from '../platform/time.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { Pill } from '../ui/pill.tsx'
import { Section } from '../ui/section.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'
import { readUserAgent } from './user-agent.ts'

const SESSIONS_KEY = ['auth', 'sessions'] as const

/** Where the account is signed in, and ending that from here. */
export function SessionsSection() {
  const t = useMessages(messages)
  const query = useQuery({ queryKey: SESSIONS_KEY, queryFn: () => api.auth.sessions.query() })
  const action = useAction()
  const end = async (work: () => Promise<unknown>, done: string) => {
    await action.run(work, done)
    await queryClient.invalidateQueries({ queryKey: SESSIONS_KEY })
  }
  const sessions = query.data ?? []
  return (
    <Section title={t('account.sessions')} lead={t('account.sessionsLead')}>
      {query.isPending && <Skeleton rows={2} />}
      {query.isError && <Notice tone="error">{describeError(query.error)}</Notice>}
      {sessions.length > 0 && (
        <ul>
          {sessions.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              isBusy={action.isBusy}
              onEnd={() =>
                void end(() => api.auth.revokeSession.mutate({ sessionId: session.id }), t('account.sessionEnded'))
              }
            />
          ))}
        </ul>
      )}
      {sessions.length > 1 && (
        <Button
          className="justify-self-start"
          isBusy={action.isBusy}
          onClick={() => void end(() => api.auth.revokeOtherSessions.mutate(), t('account.othersEnded'))}
        >
          {t('account.endOthers')}
        </Button>
      )}
    </Section>
  )
}

function SessionRow({ session, isBusy, onEnd }: { session: SessionInfo; isBusy: boolean; onEnd: () => void }) {
  const t = useMessages(messages)
  const agent = readUserAgent(session.userAgent)
  return (
    <li className="flex min-h-12 items-center gap-3 border-b border-line py-1.5 last:border-b-0">
      <span className="grid min-w-0 flex-1" title={session.userAgent}>
        <span className="truncate">{agent === null ? t('account.unknownBrowser') : t('account.browserOn', agent)}</span>
        <span className="truncate text-12 text-muted">
          <span title={formatDateTime(session.createdAt)}>
            {t('account.signedIn', { when: formatRelativeTime(session.createdAt) })}
          </span>
          {' · '}
          <span title={formatDateTime(session.lastUsedAt)}>
            {t('account.lastUsed', { when: formatRelativeTime(session.lastUsedAt) })}
          </span>
          {session.address !== '' && ` · ${session.address}`}
        </span>
      </span>
      {session.isCurrent ? (
        <Pill tone="good">{t('account.thisSession')}</Pill>
      ) : (
        <Button kind="quiet" disabled={isBusy} onClick={onEnd}>
          {t('account.endSession')}
        </Button>
      )}
    </li>
  )
}
