import { expect, type Page, test } from '@playwright/test'
import { openBrowser } from '../support/ide.ts'
import { gateSync, hasAllOf, type SyncGate } from '../support/sync-gate.ts'
import { type Patch, planTrace } from '../support/trace-plan.ts'
import { useProduct } from '../support/use-product.ts'
import { joinByInvite, makeWorkspace, putFile, readOnDisk } from '../support/world.ts'

// Twenty thousand steps of a recording would weigh more than what they show.
test.use({ trace: 'off' })

const site = useProduct()
const FILE = 'friends.txt'
/** Each step is painted; what is painted need not be large. */
const SMALL = { viewport: { width: 480, height: 240 } }

interface EditorLike {
  getModel(): {
    getValueLength(): number
    getPositionAt(offset: number): { lineNumber: number; column: number }
    onDidChangeContent(listener: () => void): { dispose(): void }
  }
  executeEdits(source: string, edits: object[]): boolean
}
declare const window: { monaco: { editor: { getEditors(): readonly EditorLike[] } } }

/** Types into the page's editor, once the colleague's edits are in it. */
const typeRun = (page: Page, run: { lengthBefore: number; patches: readonly Patch[] }) =>
  page.evaluate(async ({ lengthBefore, patches }) => {
    const editor = window.monaco.editor.getEditors()[0]
    const model = editor?.getModel()
    if (editor === undefined || model === undefined) throw new Error('no editor')
    await new Promise<void>((resolve, reject) => {
      if (model.getValueLength() === lengthBefore) return resolve()
      const late = setTimeout(
        () => reject(new Error(`${model.getValueLength()} characters, expected ${lengthBefore}`)),
        5000,
      )
      const listening = model.onDidChangeContent(() => {
        if (model.getValueLength() !== lengthBefore) return
        clearTimeout(late)
        listening.dispose()
        resolve()
      })
    })
    for (const [position, deleted, text] of patches) {
      const start = model.getPositionAt(position)
      const end = model.getPositionAt(position + deleted)
      const range = {
        startLineNumber: start.lineNumber,
        startColumn: start.column,
        endLineNumber: end.lineNumber,
        endColumn: end.column,
      }
      editor.executeEdits('trace', [{ range, text, forceMoveMarkers: true }])
    }
  }, run)

/** When the page has sent so much of its own, and all of it waits at the colleague's gate. */
async function whenDelivered(
  own: SyncGate,
  theirs: SyncGate,
  total: { inserted: number; deleted: number },
): Promise<void> {
  for (;;) {
    const next = Promise.race([own.whenNext(), theirs.whenNext()])
    const isSent = own.sent.inserted >= total.inserted && own.sent.deleted.size >= total.deleted
    if (isSent && hasAllOf(theirs.arrived, own.sent)) return
    await next
  }
}

test('what two friends typed at the same time ends in the text they ended with', async ({ browser }) => {
  test.setTimeout(300_000)
  const { runs, endContent } = planTrace()
  const { admin, product } = site
  const workspaceId = await makeWorkspace(admin, 'Friends')
  await putFile(admin, workspaceId, FILE, '')
  const friend = await joinByInvite(admin, workspaceId, 'editor', 'Friend')
  const seats = await Promise.all(
    [admin, friend].map(async (session) => {
      const ide = await openBrowser(browser, session, SMALL)
      const gate = await gateSync(ide.page)
      await ide.open(workspaceId, FILE)
      await ide.placeCaret(FILE, 1, 1)
      return { ide, gate, clientId: await gate.clientId() }
    }),
  )
  // Where both typed at one place, Yjs puts the smaller id first; the recording has the first friend first.
  const [first, second] = seats.toSorted((a, b) => a.clientId - b.clientId)
  if (first === undefined || second === undefined) throw new Error('two friends are needed')
  const ides = [first.ide, second.ide] as const
  const gates = [first.gate, second.gate] as const
  for (const gate of gates) gate.hold()

  const places = [new Map<number, number>(), new Map<number, number>()] as const
  for (const run of runs) {
    const colleague = run.agent === 0 ? 1 : 0
    if (run.needs !== null) gates[run.agent].release(places[colleague].get(run.needs))
    await typeRun(ides[run.agent].page, run)
    if (run.mark === null) continue
    await whenDelivered(gates[run.agent], gates[colleague], run)
    places[run.agent].set(run.mark, gates[colleague].place())
  }
  for (const agent of [0, 1] as const) {
    const last = runs.findLast((run) => run.agent === agent)
    if (last !== undefined) await whenDelivered(gates[agent], gates[agent === 0 ? 1 : 0], last)
  }
  // Now everything goes through as it comes.
  for (const gate of gates) gate.open()
  for (const ide of ides) {
    await ide.expectText(FILE, endContent)
    await ide.expectStatus('Saved, on disk')
  }
  expect(await readOnDisk(product, workspaceId, FILE)).toBe(endContent)
  for (const ide of ides) await ide.close()
})
