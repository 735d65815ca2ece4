import { WorkspaceUsageSection } from '../ai/usage/usage-sections.tsx'
import { WorkspaceSettingsPage } from '../workspaces/settings-page.tsx'

/** A workspace's settings, with what AI adds to them for those who run it. */
export function WorkspaceSettingsRoute() {
  return <WorkspaceSettingsPage renderUsage={(workspaceId) => <WorkspaceUsageSection workspaceId={workspaceId} />} />
}
