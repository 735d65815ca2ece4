import { FilePlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { keyLabel } from '../platform/keys.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { messages } from './locale.ts'
import { canWrite } from './state.ts'
import { useBench, useWorkbench } from './workbench.ts'

/** What can be done where no file is open: one thing, which works here. */
export function NoFile() {
  const t = useMessages(messages)
  const { store } = useWorkbench()
  const hasFiles = useBench((s) => s.tree.status !== 'ready' || s.tree.tree.entries.size > 0)
  const end = useBench((s) => s.end)
  const role = useBench((s) => s.role)
  const isWritable = end === null && canWrite(role)
  const showFiles = (): void => store.setState({ isSidebarOpen: true })
  const makeFile = (): void => {
    showFiles()
    store.setState({ naming: { type: 'create', kind: 'file', folder: '' } })
  }
  if (!hasFiles)
    return (
      <Centred>
        <EmptyState
          action={
            isWritable && (
              <Button className="mx-auto" icon={FilePlus} onClick={makeFile}>
                {t('tree.newFile')}
              </Button>
            )
          }
        >
          {t(end === null ? 'tree.empty' : 'ended.noFiles')}
        </EmptyState>
      </Centred>
    )
  return (
    <Centred>
      <EmptyState
        action={
          <>
            <Button className="mx-auto min-[901px]:hidden" onClick={showFiles}>
              {t('editor.showFiles')}
            </Button>
            <Button className="mx-auto max-[900px]:hidden" onClick={() => store.setState({ overlay: 'quick-open' })}>
              {t('editor.emptyAction')}
              <kbd className="font-sans text-12 text-muted">{keyLabel('Mod+P')}</kbd>
            </Button>
          </>
        }
      >
        {t('editor.empty')}
      </EmptyState>
    </Centred>
  )
}

const Centred = ({ children }: { children: ReactNode }) => (
  <div className="grid flex-1 place-content-center px-6 text-center">{children}</div>
)
