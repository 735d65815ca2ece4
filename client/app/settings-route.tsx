import { ApiKeysSection } from '../ai/keys/keys-section.tsx'
import { OwnUsageSection } from '../ai/usage/usage-sections.tsx'
import { SettingsPage } from '../auth/settings-page.tsx'

/** One's own settings, with what AI adds to them. */
export function SettingsRoute() {
  return (
    <SettingsPage>
      <ApiKeysSection />
      <OwnUsageSection />
    </SettingsPage>
  )
}
