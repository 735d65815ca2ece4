import { useMutation } from '@tanstack/react-query'
import { Zap } from 'lucide-react'
import type { ProviderRow, RouteRow } from '#shared/api/ai.ts'
import { api } from '../../platform/api.ts'
import { describeError } from '../../platform/api-error.ts'
import { useMessages } from '../../platform/i18n.ts'
import { formatNumber } from '../../platform/time.ts'
import { Button } from '../../ui/button.tsx'
import { messages } from '../locale.ts'

/** Asks a route for one token and says what came of it, in words that name what to mend. */
export function useRouteTest(route: RouteRow, provider: ProviderRow | undefined) {
  const t = useMessages(messages)
  const test = useMutation({ mutationFn: () => api.ai.admin.testRoute.mutate({ id: route.id }) })
  const names = {
    provider: provider?.name ?? '',
    upstream: route.upstreamModel,
    address: provider?.baseUrl ?? '',
    ms: test.data?.status === 'ok' ? formatNumber(test.data.firstTokenMs) : '',
  }
  const isGood = test.data?.status === 'ok'
  const finding = test.isError
    ? describeError(test.error)
    : test.data === undefined
      ? null
      : t(`test.${test.data.status}`, names)
  return { isPending: test.isPending, isGood, finding, run: () => test.mutate() }
}

export function RouteTestCell({ route, provider }: { route: RouteRow; provider: ProviderRow | undefined }) {
  const t = useMessages(messages)
  const { isPending, isGood, finding, run } = useRouteTest(route, provider)
  return (
    <span className="grid justify-items-start gap-0.5 py-0.5">
      <Button
        icon={Zap}
        isBusy={isPending}
        aria-label={t('routes.testNamed', { model: route.model, provider: provider?.name ?? '' })}
        onClick={run}
      >
        {isPending ? t('routes.testing') : t('routes.test')}
      </Button>
      <span role="status" className={isGood ? 'text-12 text-accent' : 'text-12 text-danger'}>
        {isPending ? '' : finding}
      </span>
    </span>
  )
}
