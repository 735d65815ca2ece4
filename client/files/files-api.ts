import type { TreeAnswer } from '#shared/api/files.ts'
import type { ErrorCode } from '#shared/errors.ts'
import { ApiError, isErrorCode } from '../platform/api-error.ts'
import { api } from '../platform/api.ts'

export const filesApi = api.files

/** The code of a route's refusal; null where something in between answered with a page of its own. */
export function codeOfRefusal(text: string): ErrorCode | null {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown } }
    return isErrorCode(error?.code) ? error.code : null
  } catch {
    return null
  }
}

/** Everything the workspace holds. */
export async function fetchTree(workspaceId: string): Promise<TreeAnswer> {
  const answer = await fetch(`/api/workspaces/${workspaceId}/tree`)
  if (!answer.ok) throw new ApiError(codeOfRefusal(await answer.text()) ?? 'unavailable')
  return (await answer.json()) as TreeAnswer
}

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
