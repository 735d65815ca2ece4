/** The workspace whose IDE a path is, or a file in it; null for all other pages, those of the workspace among them. */
export const workspaceOfIdePath = (pathname: string): string | null =>
  /^\/w\/([^/]+)(?:\/f\/.*|\/?)$/.exec(pathname)?.[1] ?? null

export const isIdePath = (pathname: string): boolean => workspaceOfIdePath(pathname) !== null
