import type { OpenedDocument } from '#shared/api/files.ts'
import { api } from '../platform/api.ts'

// Free of Monaco and Yjs: this runs while their code is still on its way.

const ADDRESS = /^\/w\/([^/]+)\/f\/(.+)$/

let early: {
  readonly workspaceId: string
  readonly path: string
  readonly opened: Promise<OpenedDocument | null>
} | null = null

/** Asks the server for the file in the page's address, before there is an editor to show it. */
export function openEarly(pathname: string): void {
  const [, workspaceId, encoded] = ADDRESS.exec(pathname) ?? []
  if (workspaceId === undefined || encoded === undefined) return
  try {
    const path = decodeURIComponent(encoded)
    const opened = api.files.open.mutate({ workspaceId, path }).catch(() => {
      // Whoever opens the file in earnest asks again and hears why it failed.
      return null
    })
    early = { workspaceId, path, opened }
  } catch {
    // An address that is none: the page says so.
  }
}

/** The answer to that question, once; null where it was about another file or had none. */
export async function takeEarly(workspaceId: string, path: string): Promise<OpenedDocument | null> {
  if (early === null) return null
  const asked = early
  early = null
  return asked.workspaceId === workspaceId && asked.path === path ? asked.opened : null
}
