import { NoWayIn } from '../auth/nothing-here.tsx'
import { messages } from '../files/locale.ts'
import { useMessages } from '../platform/i18n.ts'

/** For whoever was inside before with this account: why not any more, whichever it was. Others are told nothing. */
export function FormerVisit({ account }: { account: string }) {
  const t = useMessages(messages)
  return <NoWayIn title={t('former.title')} lead={t('former.body', { account })} />
}
