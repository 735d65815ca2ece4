import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PlatformSettings } from '#shared/api/admin.ts'
import { api } from '../platform/api.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { AUTH_STATE_KEY, queryClient } from '../platform/query-client.ts'
import { AlertDialog } from '../ui/alert-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'

const MODES = ['open', 'invite', 'closed'] as const satisfies readonly PlatformSettings['signUp'][]
const SETTINGS_KEY = ['admin', 'settings'] as const

/** Settings of the server. What will change is shown before it does. */
export function AdminSettingsPage() {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const { data: saved } = useSuspenseQuery({ queryKey: SETTINGS_KEY, queryFn: () => api.admin.settings.query() })
  const [chosen, setChosen] = useState<PlatformSettings['signUp'] | null>(null)
  const [isReviewing, setReviewing] = useState(false)
  const action = useAction()
  const signUp = chosen ?? saved.signUp
  const isChanged = signUp !== saved.signUp

  const save = async () => {
    const isDone = await action.run(() => api.admin.updateSettings.mutate({ signUp }), t('settings.saved'))
    setReviewing(false)
    await queryClient.invalidateQueries({ queryKey: SETTINGS_KEY })
    await queryClient.invalidateQueries({ queryKey: AUTH_STATE_KEY })
    if (isDone) setChosen(null)
  }

  return (
    <>
      <title>{`${t('settings.title')} · ${t('nav.label')} · Pairloom`}</title>
      <h1 className="text-20">{t('settings.title')}</h1>
      <section className="grid max-w-120 gap-3">
        <h2 id="sign-up" className="text-15">
          {t('settings.signUp')}
        </h2>
        <RadioGroup
          aria-labelledby="sign-up"
          value={signUp}
          onValueChange={(next) => setChosen(MODES.find((m) => m === next) ?? null)}
          className="grid"
        >
          {MODES.map((mode) => (
            <label
              key={mode}
              className="flex items-start gap-3 border-b border-line py-2.5 first:border-t hover:bg-hover"
            >
              <Radio.Root
                value={mode}
                className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-control data-checked:border-accent"
              >
                <Radio.Indicator className="size-2 rounded-full bg-accent" />
              </Radio.Root>
              <span className="grid">
                <span>{t(`settings.${mode}`)}</span>
                <span className="text-12 text-muted">{t(`settings.${mode}Note`)}</span>
              </span>
            </label>
          ))}
        </RadioGroup>
        <div className="flex items-center gap-3">
          <Button kind="primary" disabled={!isChanged} onClick={() => setReviewing(true)}>
            {t('settings.review')}
          </Button>
          {!isChanged && <span className="text-12 text-muted">{t('settings.unchanged')}</span>}
        </div>
      </section>
      <AlertDialog
        title={t('settings.diffTitle')}
        confirm={tc('action.save')}
        isBusy={action.isBusy}
        isOpen={isReviewing}
        onOpenChange={setReviewing}
        onConfirm={() => void save()}
      >
        <p className="text-ink">{t('settings.signUp')}</p>
        <dl className="grid grid-cols-[auto_1fr] text-ink">
          <dt className="bg-removed px-2 py-1 text-12 leading-5">{t('settings.before')}</dt>
          <dd className="bg-removed px-2 py-1">
            <del className="no-underline">{t(`settings.${saved.signUp}`)}</del>
          </dd>
          <dt className="bg-added px-2 py-1 text-12 leading-5">{t('settings.after')}</dt>
          <dd className="bg-added px-2 py-1">
            <ins className="no-underline">{t(`settings.${signUp}`)}</ins>
          </dd>
        </dl>
      </AlertDialog>
    </>
  )
}
