import type { z } from 'zod'
import type * as files from '#shared/api/files.ts'
import type { TreeEntry, TreeSnapshot } from '#shared/protocol/agent.ts'
import { apiAs } from '../platform/api.ts'

export type AgentStatus = 'stopped' | 'starting' | 'running' | 'failed'
type In<Schema extends z.ZodType> = z.input<Schema>

interface FilesApi {
  readonly tree: { query(input: In<typeof files.treeInput>): Promise<TreeSnapshot & { readonly agent: AgentStatus }> }
  readonly list: { query(input: In<typeof files.listInput>): Promise<{ readonly entries: readonly TreeEntry[] }> }
  readonly open: { mutate(input: In<typeof files.openInput>): Promise<files.OpenedDocument> }
  readonly create: { mutate(input: In<typeof files.createFileInput>): Promise<unknown> }
  readonly rename: { mutate(input: In<typeof files.renameFileInput>): Promise<unknown> }
  readonly delete: {
    mutate(
      input: In<typeof files.pathInput>,
    ): Promise<{ readonly trashId: string; readonly openBy: readonly { readonly name: string }[] }>
  }
  readonly restore: { mutate(input: In<typeof files.restoreInput>): Promise<{ readonly path: string }> }
  readonly settle: { mutate(input: In<typeof files.settleInput>): Promise<{ readonly isSettled: boolean }> }
}

export const filesApi = apiAs<{ readonly files: FilesApi }>().files

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

/** Where one file's bytes are put and fetched. */
export const fileUrl = (workspaceId: string, path: string): string =>
  `/api/workspaces/${workspaceId}/files/${encodePath(path)}`
export const archiveUrl = (workspaceId: string, path: string | null): string =>
  `/api/workspaces/${workspaceId}/archive${path === null ? '' : `?path=${encodeURIComponent(path)}`}`

/** The page of a file, with the lines that should be selected. */
export const filePageUrl = (
  workspaceId: string,
  path: string | null,
  lines: { from: number; to: number } | null = null,
): string => {
  const base = path === null ? `/w/${workspaceId}` : `/w/${workspaceId}/f/${encodePath(path)}`
  if (lines === null) return base
  return `${base}#L${lines.from}${lines.to > lines.from ? `-${lines.to}` : ''}`
}

/** `#L10-20` and `#L10`; null for anything else. */
export function parseLines(hash: string): { from: number; to: number } | null {
  const match = /^#?L(\d{1,7})(?:-L?(\d{1,7}))?$/.exec(hash)
  if (match === null) return null
  const from = Math.max(1, Number(match[1]))
  return { from, to: Math.max(from, Number(match[2] ?? from)) }
}
