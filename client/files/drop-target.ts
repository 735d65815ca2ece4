import { type DragEvent, useRef, useState } from 'react'
import { showToast } from '../ui/toast.ts'
import { messages } from './locale.ts'
import { uploadInto } from './pick-uploads.ts'
import { parentOf } from './tree.ts'
import { planMove } from './tree-selection.ts'
import type { PickedFile } from './uploads.ts'
import type { Workbench } from './workbench.ts'

const readAll = async (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> => {
  const found: FileSystemEntry[] = []
  // A reader hands out at most a hundred at a time, and nothing when it is through.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (batch.length === 0) return found
    found.push(...batch)
  }
}

interface Dropped {
  readonly files: readonly PickedFile[]
  /** those without anything in them: no file makes them */
  readonly emptyFolders: readonly string[]
}

const joined = (parts: readonly Dropped[]): Dropped => ({
  files: parts.flatMap(({ files }) => files),
  emptyFolders: parts.flatMap(({ emptyFolders }) => emptyFolders),
})

async function contentOf(entry: FileSystemEntry): Promise<Dropped> {
  const path = entry.fullPath.replace(/^\//, '').normalize('NFC')
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return { files: [{ file, path }], emptyFolders: [] }
  }
  const children = await readAll((entry as FileSystemDirectoryEntry).createReader())
  if (children.length === 0) return { files: [], emptyFolders: [path] }
  return joined(await Promise.all(children.map(contentOf)))
}

/** Uploads files and whole folders that were dropped. */
export async function uploadDropped(
  bench: Pick<Workbench, 'workspaceId' | 'store'>,
  entries: readonly FileSystemEntry[],
  folder: string,
): Promise<void> {
  const read = entries.map((entry) =>
    contentOf(entry).catch((): Dropped => {
      const reason = messages.t('upload.unreadable')
      showToast({ kind: 'error', text: messages.t('upload.failed', { name: entry.name, reason }) })
      return { files: [], emptyFolders: [] }
    }),
  )
  uploadInto(bench, folder, joined(await Promise.all(read)))
}

/** What is under way over the tree: entries of it, or files of the desktop. */
export interface Drop {
  readonly folder: string
  /** the tree's own entries that would move there; null for files of the desktop */
  readonly moving: readonly string[] | null
}

interface Dropping {
  readonly isEnabled: boolean
  /** what a drag that begins on this row takes along */
  readonly onDragStart: (path: string) => readonly string[]
  readonly onUpload: (entries: readonly FileSystemEntry[], folder: string) => void
  readonly onMove: (paths: readonly string[], folder: string) => void
}

const rowAt = (target: EventTarget): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-path]') : null

/** The folder under the pointer while entries of the tree, or files of the desktop, are dragged over it. */
export function useDropTarget({ isEnabled, onDragStart, onUpload, onMove }: Dropping) {
  const [drop, setDrop] = useState<Drop | null>(null)
  // What is dragged cannot be read from the event before it is dropped.
  const dragged = useRef<readonly string[] | null>(null)
  const dropAt = (event: DragEvent): Drop | null => {
    const row = rowAt(event.target)
    const path = row?.dataset['path'] ?? ''
    const folder = row?.dataset['folder'] === undefined ? parentOf(path) : path
    if (!isEnabled) return null
    if (dragged.current !== null) {
      const moving = planMove(dragged.current, folder).map(({ from }) => from)
      return moving.length > 0 ? { folder, moving } : null
    }
    return event.dataTransfer.types.includes('Files') ? { folder, moving: null } : null
  }
  const handlers = {
    onDragStart: (event: DragEvent) => {
      const path = rowAt(event.target)?.dataset['path']
      if (!isEnabled || path === undefined) return event.preventDefault()
      dragged.current = onDragStart(path)
      event.dataTransfer.effectAllowed = 'move'
      event.dataTransfer.setData('text/plain', dragged.current.join('\n'))
    },
    onDragEnd: () => {
      dragged.current = null
      setDrop(null)
    },
    onDragOver: (event: DragEvent) => {
      const next = dropAt(event)
      if (next !== null) {
        event.preventDefault()
        event.dataTransfer.dropEffect = next.moving === null ? 'copy' : 'move'
      }
      setDrop((now) =>
        now?.folder === next?.folder &&
        now?.moving?.length === next?.moving?.length &&
        (now === null) === (next === null)
          ? now
          : next,
      )
    },
    onDragLeave: (event: DragEvent) => {
      if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) setDrop(null)
    },
    onDrop: (event: DragEvent) => {
      const last = dropAt(event)
      setDrop(null)
      dragged.current = null
      if (last === null) return
      event.preventDefault()
      if (last.moving !== null) return onMove(last.moving, last.folder)
      // Entries must be taken before the event ends; the list is empty afterwards.
      const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry()).filter(
        (entry) => entry !== null,
      )
      onUpload(entries, last.folder)
    },
  }
  return { drop, handlers }
}
