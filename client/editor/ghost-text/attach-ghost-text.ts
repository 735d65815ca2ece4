import { OPEN_FILE_CHARS, OPEN_FILES_MAX, PREFIX_CHARS, SUFFIX_CHARS, isSecretFile } from '#shared/api/completions.ts'
import { monaco } from '../monaco.ts'
import type { OpenModel } from '../open-model.ts'
import { askCompletion, learnAgain, tellOutcome } from './ask-completion.ts'
import { createGhostSession, type GhostClock, type GhostSession } from './ghost-session.ts'
import { ghostState, isSuggesting } from './ghost-state.ts'
import { ignoreCanceled } from './ignore-canceled.ts'
import { rangeOf, viewOfModel } from '../view-of-model.ts'
import { createTypingPace } from './typing-pace.ts'

type Model = monaco.editor.ITextModel

interface Attached {
  readonly open: OpenModel
  readonly session: GhostSession
  /** where somebody has written last, and when */
  lastEdit: { readonly offset: number; readonly at: number } | null
  readonly editors: Set<monaco.editor.ICodeEditor>
  composing: number
  readonly stop: () => void
}

interface GhostList extends monaco.languages.InlineCompletions {
  readonly completionId: string
}

const attached = new Map<Model, Attached>()

const clock: GhostClock = {
  now: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const timer = setTimeout(resolve, ms)
      signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer)
          resolve()
        },
        { once: true },
      )
    }),
}

/** Where people have just written in other open files, colleagues included; the latest last. */
const recentEdits = (own: Model): { path: string; text: string }[] =>
  [...attached]
    .flatMap(([model, { open, lastEdit }]) =>
      model === own || lastEdit === null || isSecretFile(open.shared.path()) ? [] : [{ model, open, lastEdit }],
    )
    .toSorted((a, b) => a.lastEdit.at - b.lastEdit.at)
    .slice(-OPEN_FILES_MAX)
    .map(({ model, open, lastEdit }) => {
      const from = Math.max(0, lastEdit.offset - OPEN_FILE_CHARS / 2)
      const to = Math.min(model.getValueLength(), from + OPEN_FILE_CHARS)
      return { path: open.shared.path(), text: model.getValueInRange(rangeOf(model, from, to)).toWellFormed() }
    })

function createSession(open: OpenModel, workspaceId: string): GhostSession {
  const { model, shared } = open
  const view = viewOfModel(model)
  return createGhostSession({
    view,
    text: () => (open.binding() === null ? null : shared.replica().text),
    pace: createTypingPace(clock.now),
    clock,
    onOutcome: (id, outcome, elapsedMs) => tellOutcome(workspaceId, id, outcome, elapsedMs),
    ask: (caret, signal) =>
      askCompletion(
        {
          workspaceId,
          path: shared.path(),
          language: model.getLanguageId(),
          // Half a character would be refused as JSON by some upstreams.
          prefix: view.slice(Math.max(0, caret - PREFIX_CHARS), caret).toWellFormed(),
          suffix: view.slice(caret, Math.min(view.length(), caret + SUFFIX_CHARS)).toWellFormed(),
          openFiles: recentEdits(model),
        },
        signal,
      ),
  })
}

const provider: monaco.languages.InlineCompletionsProvider<GhostList> = {
  // The session waits by the person's own pace; the editor's wait would come on top.
  debounceDelayMs: 0,
  async provideInlineCompletions(model, position, context, token) {
    const none = { completionId: '', items: [] }
    const here = attached.get(model)
    if (here === undefined || here.composing > 0 || !ghostState.getState().isOn) return none
    // Monaco may ask in the middle of a change: before the caret has moved, and before we know whose change it is.
    await new Promise((resolve) => setTimeout(resolve))
    if (token.isCancellationRequested || model.isDisposed()) return none
    const caret = [...here.editors].find((editor) => editor.hasTextFocus())?.getPosition() ?? position
    const leaving = new AbortController()
    const listening = token.onCancellationRequested(() => leaving.abort())
    const isExplicit = context.triggerKind === monaco.languages.InlineCompletionTriggerKind.Explicit
    const ghost = await here.session.provide(model.getOffsetAt(caret), isExplicit, leaving.signal)
    listening.dispose()
    if (ghost === null || model.isDisposed()) return none
    const { completionId, text, from } = ghost
    return { completionId, items: [{ insertText: text, range: rangeOf(model, from, ghost.caret) }] }
  },
  handleItemDidShow({ completionId }) {
    for (const { session } of attached.values()) session.shown(completionId)
  },
  handleEndOfLifetime({ completionId }, _item, reason) {
    const { Accepted, Rejected } = monaco.languages.InlineCompletionEndOfLifeReasonKind
    for (const { session } of attached.values()) {
      if (reason.kind === Accepted) session.accepted(completionId)
      if (reason.kind === Rejected) session.rejected(completionId)
    }
  },
  // Sessions keep what is worth keeping.
  disposeInlineCompletions() {},
}

/** Once for a document, however many editors show it. */
function attachModel(open: OpenModel, workspaceId: string): Attached {
  const session = createSession(open, workspaceId)
  const listening = open.model.onDidChangeContent((event) => {
    here.lastEdit = { offset: event.changes[0]?.rangeOffset ?? 0, at: clock.now() }
    session.changed(open.binding()?.isApplyingRemote() !== false)
  })
  const here: Attached = {
    open,
    session,
    lastEdit: null,
    editors: new Set(),
    composing: 0,
    stop() {
      listening.dispose()
      session.dispose()
    },
  }
  attached.set(open.model, here)
  return here
}

let isRegistered = false
/** what Monaco calls its part that asks for completions and draws them */
const CONTROLLER = 'editor.contrib.inlineCompletionsController'

/** Suggests, at the caret of this editor, what comes next in this document. */
export function attachGhostText(
  editor: monaco.editor.IStandaloneCodeEditor,
  open: OpenModel,
  workspaceId: string,
): () => void {
  const { model } = open
  if (!isRegistered) {
    isRegistered = true
    ignoreCanceled()
    monaco.languages.registerInlineCompletionsProvider({ scheme: 'pairloom' }, provider)
  }
  const here = attached.get(model) ?? attachModel(open, workspaceId)
  here.editors.add(editor)
  // Monaco makes its part of this when it finds the time: a key pressed before that would be no wish.
  const first = editor.onDidChangeModelContent(() => {
    if (open.binding()?.isApplyingRemote() !== false) return
    first.dispose()
    editor.getContribution(CONTROLLER)
  })
  const listening = [
    first,
    editor.onDidCompositionStart(() => (here.composing += 1)),
    editor.onDidCompositionEnd(() => (here.composing = Math.max(0, here.composing - 1))),
  ]
  const follow = (): void => editor.updateOptions({ inlineSuggest: { enabled: isSuggesting(ghostState.getState()) } })
  follow()
  learnAgain()
  const stopState = ghostState.subscribe((state, before) => {
    if (!state.isOn && before.isOn) editor.trigger('completions', 'editor.action.inlineSuggest.hide', {})
    if (isSuggesting(state) !== isSuggesting(before)) follow()
  })
  return () => {
    stopState()
    for (const one of listening) one.dispose()
    here.editors.delete(editor)
    if (here.editors.size > 0) return
    attached.delete(model)
    here.stop()
  }
}
