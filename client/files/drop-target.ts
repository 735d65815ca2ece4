import { type DragEvent, useState } from 'react'
import { parentOf } from './tree.ts'
import { type PickedFile, startUploads } from './uploads.ts'
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

async function filesOf(entry: FileSystemEntry): Promise<PickedFile[]> {
  const path = entry.fullPath.replace(/^\//, '').normalize('NFC')
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ file, path }]
  }
  const children = await readAll((entry as FileSystemDirectoryEntry).createReader())
  return (await Promise.all(children.map(filesOf))).flat()
}

/** Uploads files and whole folders that were dropped. */
export async function uploadDropped(
  bench: Workbench,
  entries: readonly FileSystemEntry[],
  folder: string,
): Promise<void> {
  const files = (await Promise.all(entries.map(filesOf))).flat()
  startUploads(bench.workspaceId, files, folder)
}

/** The folder under the pointer while files of the desktop are dragged over the tree. */
export function useDropTarget(
  isEnabled: boolean,
  onDrop: (entries: readonly FileSystemEntry[], folder: string) => void,
) {
  const [dropFolder, setDropFolder] = useState<string | null>(null)
  const folderAt = (event: DragEvent): string => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-path]') : null
    const path = row?.dataset['path'] ?? ''
    return row?.dataset['folder'] === undefined ? parentOf(path) : path
  }
  const takes = (event: DragEvent): boolean => isEnabled && event.dataTransfer.types.includes('Files')
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!takes(event)) return
      event.preventDefault()
      setDropFolder(folderAt(event))
    },
    onDragLeave: (event: DragEvent) => {
      if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget))
        setDropFolder(null)
    },
    onDrop: (event: DragEvent) => {
      setDropFolder(null)
      if (!takes(event)) return
      event.preventDefault()
      // Entries must be taken before the event ends; the list is empty afterwards.
      const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry()).filter(
        (entry) => entry !== null,
      )
      onDrop(entries, folderAt(event))
    },
  }
  return { dropFolder, handlers }
}
