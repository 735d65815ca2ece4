import { type ReactNode, useState } from 'react'
import type { Me, Preferences } from '#shared/api/auth.ts'
import { api } from '../platform/api.ts'
import { setLocale, useMessages } from '../platform/i18n.ts'
import { updatePreferences } from '../platform/preferences.ts'
import { patchMe, useMe } from '../platform/session.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Form } from '../ui/form.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { Section } from '../ui/section.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { showToast } from '../ui/toast.ts'
import { Toggle } from '../ui/toggle.tsx'
import { useAction } from '../ui/use-action.ts'
import { messages } from './locale.ts'
import { PasswordSection } from './password-section.tsx'
import { SessionsSection } from './sessions-section.tsx'
import { nameProblem } from './validation.ts'

/** One's own settings; `children` are the parts that other features add. */
export function SettingsPage({ children }: { children?: ReactNode }) {
  const t = useMessages(messages)
  const me = useMe()
  if (me === null) return null
  return (
    <div className="mx-auto grid w-full max-w-[640px] content-start px-6 py-8 max-sm:px-4 max-sm:py-5">
      <title>{`${t('account.title')} · Pairloom`}</title>
      <h1 className="pb-5 text-20">{t('account.title')}</h1>
      <ProfileSection me={me} />
      <LanguageSection me={me} />
      <AppearanceSection preferences={me.preferences} />
      <EditorSection preferences={me.preferences} />
      <SessionsSection />
      <PasswordSection hasPassword={me.hasPassword} />
      {children}
    </div>
  )
}

function ProfileSection({ me }: { me: Me }) {
  const t = useMessages(messages)
  const [name, setName] = useState(me.name)
  const problem = nameProblem(name)
  const submit = useSubmit(async () => {
    await api.auth.updateProfile.mutate({ name: name.trim() })
    patchMe({ name: name.trim() })
    showToast({ text: t('account.profileSaved') })
  })
  return (
    <Section title={t('account.profile')}>
      <div className="flex items-center gap-3">
        <Avatar name={name.trim() === '' ? me.name : name} color={me.color} isDecorative />
        <span className="text-muted">{me.email}</span>
      </div>
      <Form className="flex items-start gap-2" onSubmit={() => (problem === null ? submit.run() : undefined)}>
        <TextField
          label={t('field.name')}
          hint={t('field.nameHint')}
          autoComplete="name"
          maxLength={80}
          className="max-w-80 flex-1"
          value={name}
          error={submit.error ?? problem}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" size="large" className="mt-6" isBusy={submit.isBusy} disabled={name.trim() === me.name}>
          {t('account.saveProfile')}
        </Button>
      </Form>
    </Section>
  )
}

const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'ko', label: '한국어' },
] as const

function LanguageSection({ me }: { me: Me }) {
  const t = useMessages(messages)
  const action = useAction()
  const choose = (value: 'system' | 'en' | 'ko') =>
    void action.run(async () => {
      const locale = value === 'system' ? null : value
      patchMe({ locale })
      await setLocale(locale)
      await api.auth.updateProfile.mutate({ locale })
    })
  return (
    <Section title={t('account.language')}>
      <div className="max-w-60">
        <Select
          label={t('account.language')}
          isLabelHidden
          value={me.locale ?? 'system'}
          options={[{ value: 'system', label: t('account.languageSystem') }, ...LANGUAGES]}
          onChange={choose}
        />
      </div>
    </Section>
  )
}

function useSetPreferences() {
  const action = useAction()
  return (patch: Partial<Preferences>) => void action.run(() => updatePreferences(patch))
}

function AppearanceSection({ preferences }: { preferences: Preferences }) {
  const t = useMessages(messages)
  const set = useSetPreferences()
  return (
    <Section title={t('account.appearance')}>
      <div className="grid max-w-120 grid-cols-2 gap-4 max-sm:grid-cols-1">
        <Select
          label={t('account.theme')}
          value={preferences.theme}
          options={[
            { value: 'system', label: t('account.themeSystem') },
            { value: 'light', label: t('account.themeLight') },
            { value: 'dark', label: t('account.themeDark') },
          ]}
          onChange={(theme) => set({ theme })}
        />
        <Select
          label={t('account.density')}
          value={preferences.density}
          options={[
            { value: 'default', label: t('account.densityDefault') },
            { value: 'compact', label: t('account.densityCompact') },
          ]}
          onChange={(density) => set({ density })}
        />
      </div>
    </Section>
  )
}

function EditorSection({ preferences }: { preferences: Preferences }) {
  const t = useMessages(messages)
  const set = useSetPreferences()
  return (
    <Section title={t('account.editor')}>
      <div className="grid max-w-120 grid-cols-2 gap-4 max-sm:grid-cols-1">
        <NumberField
          label={t('account.fontSize')}
          min={8}
          max={32}
          value={preferences.fontSize}
          onChange={(fontSize) => set({ fontSize })}
        />
        <NumberField
          label={t('account.tabSize')}
          min={1}
          max={8}
          value={preferences.tabSize}
          onChange={(tabSize) => set({ tabSize })}
        />
      </div>
      <div className="grid max-w-120 gap-3">
        <Toggle label={t('account.wordWrap')} isOn={preferences.wordWrap} onChange={(wordWrap) => set({ wordWrap })} />
        <Toggle label={t('account.minimap')} isOn={preferences.minimap} onChange={(minimap) => set({ minimap })} />
        <Toggle
          label={t('account.ligatures')}
          isOn={preferences.ligatures}
          onChange={(ligatures) => set({ ligatures })}
        />
        <Toggle
          label={t('account.announcePeople')}
          hint={t('account.announcePeopleHint')}
          isOn={preferences.announcePeople}
          onChange={(announcePeople) => set({ announcePeople })}
        />
      </div>
    </Section>
  )
}
