import { FileArchive } from 'lucide-react'
import { type DragEvent, useId, useState } from 'react'
import { useMessages } from '../platform/i18n.ts'
import { formatBytes } from '../platform/time.ts'
import { cx } from '../ui/class-names.ts'
import { Icon } from '../ui/icon.tsx'
import { messages } from './locale.ts'

interface Props {
  file: File | null
  error: string | null
  onChoose: (file: File) => void
}

/** Where an archive is dropped or chosen. */
export function ArchiveDrop({ file, error, onChoose }: Props) {
  const t = useMessages(messages)
  const id = useId()
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const dropped = event.dataTransfer.files[0]
    if (dropped) onChoose(dropped)
  }
  return (
    <div className="grid gap-1">
      <label
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          'grid min-h-24 place-content-center justify-items-center gap-1 rounded-lg border border-dashed p-4 text-center focus-within:outline-2 focus-within:outline-accent',
          isOver ? 'border-accent bg-active' : 'border-control hover:bg-hover',
        )}
      >
        <Icon of={FileArchive} className="text-muted" />
        {file === null ? (
          <span>
            {t('new.drop')} <span className="link">{t('new.choose')}</span>
          </span>
        ) : (
          <span>
            <b>{file.name}</b> <span className="text-muted">{formatBytes(file.size)}</span>
          </span>
        )}
        <input
          type="file"
          accept=".zip,.tar.gz,.tgz,.gz,application/zip,application/gzip"
          aria-label={t('new.dropAria')}
          aria-describedby={error === null ? undefined : id}
          className="sr-only"
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            if (chosen) onChoose(chosen)
          }}
        />
      </label>
      {error !== null && (
        <p id={id} role="alert" className="text-12 text-danger">
          {error}
        </p>
      )}
    </div>
  )
}
