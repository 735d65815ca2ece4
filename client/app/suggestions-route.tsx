import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useMe } from '../platform/session.ts'
import { SuggestionsPage } from '../suggestions/suggestions-page.tsx'
import { createSuggestions } from '../suggestions/suggestions.ts'
import { workspaceInfo } from '../workspaces/queries.ts'
import { useBeingInside } from './use-being-inside.ts'
import { WorkspaceEvents } from './workspace-events.tsx'

/** `/w/:workspace/suggestions`: suggestions without the IDE. */
export function SuggestionsRoute() {
  const { workspaceId = '' } = useParams({ strict: false })
  return <WorkspaceSuggestions key={workspaceId} workspaceId={workspaceId} />
}

function WorkspaceSuggestions({ workspaceId }: { workspaceId: string }) {
  const navigate = useNavigate()
  const me = useMe()
  const { role } = useSuspenseQuery(workspaceInfo(workspaceId)).data
  const [suggestions] = useState(() => createSuggestions(workspaceId))
  const meId = me?.id
  useBeingInside(workspaceId)
  useEffect(() => suggestions.watch(), [suggestions])
  useEffect(() => {
    if (meId !== undefined) suggestions.setPerson(meId, role)
  }, [suggestions, meId, role])
  if (me === null) return null
  return (
    <>
      <WorkspaceEvents workspaceId={workspaceId} />
      <SuggestionsPage
        suggestions={suggestions}
        onShow={({ path }, line) =>
          void navigate({
            to: '/w/$workspaceId/f/$',
            params: { workspaceId, _splat: path },
            ...(line === null ? {} : { hash: `L${line}` }),
          })
        }
      />
    </>
  )
}
