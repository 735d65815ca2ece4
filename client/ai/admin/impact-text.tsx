import { useMessages } from '../../platform/i18n.ts'
import { messages } from '../locale.ts'
import type { Impact } from './impact.ts'

/** What goes, before it does (behaviour 24). */
export function ImpactText({ impact, isRouteItself = false }: { impact: Impact; isRouteItself?: boolean }) {
  const t = useMessages(messages)
  const { routes, unanswered } = impact
  return (
    <>
      {!isRouteItself && (
        <p className="font-semibold text-ink">
          {routes.length === 0 ? t('impact.noRoutes') : t('impact.routes', { count: routes.length })}
        </p>
      )}
      {(isRouteItself || routes.length > 0) && (
        <p className="text-ink">
          {unanswered.length === 0
            ? t('impact.allAnswered')
            : t('impact.unanswered', { models: unanswered.map((model) => `“${model}”`).join(', ') })}
        </p>
      )}
    </>
  )
}
