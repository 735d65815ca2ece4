import { X } from 'lucide-react'
import { useMessages } from '../platform/i18n.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { common } from '../platform/common.ts'
import { askToEdit } from './ask-to-edit.ts'
import { messages } from './locale.ts'
import type { EditWish } from './state.ts'
import { useBench, useWorkbench } from './workbench.ts'

const SENTENCES = {
  tried: 'editor.viewOnly',
  asking: 'editor.asking',
  asked: 'editor.asked',
  'nobody-here': 'editor.nobodyToAsk',
} as const satisfies Record<EditWish, string>

/** Why typing did nothing, and the way to change that; lies over the text so that no line moves (behaviour 3). */
export function ViewOnlyBar() {
  const t = useMessages(messages)
  const bench = useWorkbench()
  const wish = useBench((s) => s.editWish)
  const role = useBench((s) => s.role)
  if (wish === null || role !== 'viewer') return null
  return (
    <div className="pointer-events-none absolute inset-x-3 bottom-3 z-20 flex justify-center">
      <div className="pointer-events-auto flex items-center gap-3 rounded-lg bg-raised py-1.5 pr-1.5 pl-4 shadow-float">
        <p>{t(SENTENCES[wish])}</p>
        {wish !== 'asked' && (
          <Button kind="primary" isBusy={wish === 'asking'} onClick={() => void askToEdit(bench)}>
            {t('editor.askToEdit')}
          </Button>
        )}
        <IconButton
          icon={X}
          label={common.t('action.dismiss')}
          onClick={() => bench.store.setState({ editWish: null })}
        />
      </div>
    </div>
  )
}
