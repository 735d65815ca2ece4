import { SYNC_STEP } from '#shared/protocol/sync.ts'
import { contentFrame } from '../support/sync-client.ts'
import { within } from '../support/until.ts'
import { joinByInvite } from '../support/world.ts'
import type { HostileCase } from './hostile-case.ts'
import { enter, honestUpdate, readAgain, refuseAll, sayAs, update } from './saying.ts'

/** People in a document who may not write, or no longer. */
export const STANDING_CASES: readonly HostileCase[] = [
  {
    name: "a viewer's content, by update and by SyncStep2",
    expected: '4422',
    run: (premises) =>
      refuseAll(
        premises,
        premises.viewer,
        [SYNC_STEP.update, SYNC_STEP.step2].map((step) => contentFrame(step, honestUpdate('viewers may not'))),
      ),
  },
  {
    name: 'writing on after a demotion',
    expected: 'closed within 1 s, reader again, nothing written',
    async run(premises) {
      const { owner, workspaceId, freshDocument, unique } = premises
      const documentId = await freshDocument()
      const session = await joinByInvite(owner, workspaceId, 'editor', unique('Demoted'))
      const client = await enter(session, documentId)
      const { me } = await session.api.auth.state.query()
      await owner.api.workspaces.setRole.mutate({ workspaceId, userId: me?.id ?? '', role: 'viewer' })
      client.edit((text) => text.insert(0, 'too late '))
      const { code } = await within(1000, 'the connection closes', client.closed)
      const reader = await sayAs(enter(session, documentId, true), [update(honestUpdate('still no'))])
      const text = await readAgain(owner, documentId)
      const isClosed = [1012, 4422].includes(code) ? 'closed within 1 s' : String(code)
      return `${isClosed}, ${reader === '4422' ? 'reader again' : reader}, ${text === 'one\ntwo\n' ? 'nothing written' : text}`
    },
  },
  {
    name: 'reading on after a removal',
    expected: '4403 within 1 s, and no way back',
    async run(premises) {
      const { owner, workspaceId, freshDocument, unique } = premises
      const documentId = await freshDocument()
      const session = await joinByInvite(owner, workspaceId, 'editor', unique('Removed'))
      const client = await enter(session, documentId)
      const { me } = await session.api.auth.state.query()
      await owner.api.workspaces.removeMember.mutate({ workspaceId, userId: me?.id ?? '' })
      const { code } = await within(1000, 'the connection closes', client.closed)
      const back = await enter(session, documentId).then(
        () => 'a way back',
        () => 'no way back',
      )
      return `${code} within 1 s, and ${back}`
    },
  },
]
