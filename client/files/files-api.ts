import type { WorkspaceInfo } from '#shared/api/workspaces.ts'
import { api } from '../platform/api.ts'

export type AgentStatus = WorkspaceInfo['agent']

export const filesApi = api.files

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
