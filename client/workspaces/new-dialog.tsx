import { Radio } from '@base-ui/react/radio'
import { RadioGroup } from '@base-ui/react/radio-group'
import { useNavigate } from '@tanstack/react-router'
import { FileArchive, Folder, GitBranch, type LucideIcon, Sparkles } from 'lucide-react'
import { useState } from 'react'
import { api } from '../platform/api.ts'
import { common } from '../platform/common.ts'
import { useMessages } from '../platform/i18n.ts'
import { useSubmit } from '../platform/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Form } from '../ui/form.tsx'
import { Icon } from '../ui/icon.tsx'
import { Notice } from '../ui/notice.tsx'
import { TextField } from '../ui/text-field.tsx'
import { ArchiveDrop } from './archive-drop.tsx'
import { ImportProgress } from './import-progress.tsx'
import { messages } from './locale.ts'
import { refreshWorkspaces } from './queries.ts'
import { isArchiveName, isGitUrl, isWorkspaceName, nameFromSource } from './source-checks.ts'
import { useImport } from './use-import.ts'

const SOURCES = ['empty', 'sample', 'archive', 'git'] as const
type Source = (typeof SOURCES)[number]
const ICONS: Record<Source, LucideIcon> = { empty: Folder, sample: Sparkles, archive: FileArchive, git: GitBranch }

interface Props {
  onClose: () => void
  /** An archive that was dropped on the page. */
  initialFile?: File | null
}

export function NewDialog({ onClose, initialFile = null }: Props) {
  const t = useMessages(messages)
  const tc = useMessages(common)
  const navigate = useNavigate()
  const running = useImport()
  const [source, setSource] = useState<Source>(initialFile === null ? 'empty' : 'archive')
  const [name, setName] = useState(initialFile === null ? '' : nameFromSource(initialFile.name))
  const [isNameTyped, setNameTyped] = useState(false)
  const [url, setUrl] = useState('')
  const [file, setFile] = useState<File | null>(initialFile)
  const [wasTried, setTried] = useState(false)

  const problems = {
    name: isWorkspaceName(name) ? null : t('new.needName'),
    url: source !== 'git' || isGitUrl(url) ? null : t('new.needUrl'),
    file: archiveProblem(source, file),
  }
  const isFine = Object.values(problems).every((p) => p === null)
  const suggestName = (from: string) => {
    if (!isNameTyped) setName(nameFromSource(from))
  }

  const submit = useSubmit(async () => {
    const created = await api.workspaces.create.mutate(
      createInputOf({ source, name: name.trim(), url: url.trim(), file }),
    )
    if ('workspaceId' in created) {
      await navigate({ to: '/w/$workspaceId', params: { workspaceId: created.workspaceId } })
      return
    }
    void running.start(created.importId, source === 'archive' ? file : null).then(refreshWorkspaces)
  })

  const isImporting = running.state.status === 'uploading' || running.state.status === 'working'
  const close = () => {
    if (!isImporting) onClose()
  }

  if (running.state.status !== 'idle') {
    return (
      <Dialog title={t('import.title', { name: name.trim() })} isOpen isBusy={isImporting} onOpenChange={close}>
        <ImportProgress state={running.state} onCancel={running.cancel} onAgain={running.reset} />
      </Dialog>
    )
  }
  return (
    <Dialog title={t('new.title')} isOpen onOpenChange={close} width={520}>
      <Form
        className="grid gap-5"
        onSubmit={() => {
          setTried(true)
          return isFine ? submit.run() : undefined
        }}
      >
        {submit.error !== null && <Notice tone="error">{submit.error}</Notice>}
        <SourceChoice value={source} onChange={setSource} />
        {source === 'archive' && (
          <ArchiveDrop
            file={file}
            error={wasTried || file !== null ? problems.file : null}
            onChoose={(chosen) => {
              setFile(chosen)
              suggestName(chosen.name)
            }}
          />
        )}
        {source === 'git' && (
          <TextField
            label={t('new.url')}
            hint={t('new.urlHint')}
            type="url"
            inputMode="url"
            spellCheck={false}
            autoFocus
            value={url}
            error={wasTried ? problems.url : null}
            onChange={(event) => {
              setUrl(event.target.value)
              suggestName(event.target.value)
            }}
          />
        )}
        <TextField
          label={t('new.name')}
          value={name}
          maxLength={80}
          error={wasTried ? problems.name : null}
          onChange={(event) => {
            setName(event.target.value)
            setNameTyped(event.target.value !== '')
          }}
        />
        <DialogActions className="">
          <Button onClick={close}>{tc('action.cancel')}</Button>
          <Button type="submit" kind="primary" isBusy={submit.isBusy}>
            {t('new.submit')}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  )
}

function archiveProblem(source: Source, file: File | null): string | null {
  if (source !== 'archive') return null
  if (file === null) return messages.t('new.needFile')
  return isArchiveName(file.name) ? null : messages.t('new.notArchive')
}

function createInputOf({ source, name, url, file }: { source: Source; name: string; url: string; file: File | null }) {
  switch (source) {
    case 'empty':
    case 'sample':
      return { source, name }
    case 'git':
      return { source, name, url }
    case 'archive':
      return { source, name, fileName: file?.name ?? '' }
  }
}

function SourceChoice({ value, onChange }: { value: Source; onChange: (source: Source) => void }) {
  const t = useMessages(messages)
  return (
    <RadioGroup
      aria-label={t('new.source')}
      value={value}
      onValueChange={(next) => {
        const chosen = SOURCES.find((s) => s === next)
        if (chosen) onChange(chosen)
      }}
      className="grid grid-cols-2 gap-2 max-sm:grid-cols-1"
    >
      {SOURCES.map((source) => (
        <Radio.Root
          key={source}
          value={source}
          render={<button type="button" />}
          nativeButton
          className="grid grid-cols-[16px_1fr] items-start gap-x-2 rounded-lg border border-line p-3 text-left hover:bg-hover data-checked:border-accent data-checked:bg-active"
        >
          <span className="pt-0.5 text-muted">
            <Icon of={ICONS[source]} />
          </span>
          <span className="grid">
            <span className="font-semibold">{t(`new.${source}`)}</span>
            <span className="text-12 text-muted">{t(`new.${source}Note`)}</span>
          </span>
        </Radio.Root>
      ))}
    </RadioGroup>
  )
}
