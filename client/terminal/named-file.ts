/** Where a program's words are read: what is absolute by the root, what is relative by the folder. */
export interface NamingPlace {
  /** where the workspace lies for its programs, absolute; '' where that is not known */
  readonly root: string
  /** where the shell is, from the root on; null where nobody can say */
  readonly folder: string | null
}

/** A path without `.` and `..`; null where it leaves the root. */
function normalised(path: string): string | null {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}

/**
 * Which file of the workspace a word of a program's output names, or null. Relative names count from where the shell
 * is; many tools print them from the root on, wherever they run.
 */
export function namedFile(
  word: string,
  { root, folder }: NamingPlace,
  hasFile: (path: string) => boolean,
): string | null {
  const name = word.startsWith('file://') ? decoded(word.slice('file://'.length)) : word
  if (name.startsWith('/')) {
    if (root === '' || !name.startsWith(`${root}/`)) return null
    const path = normalised(name.slice(root.length + 1))
    return path !== null && hasFile(path) ? path : null
  }
  const candidates = [folder === null ? null : normalised(`${folder}/${name}`), normalised(name)]
  return candidates.find((path) => path !== null && path !== '' && hasFile(path)) ?? null
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    // A percent sign that is part of the name.
    return path
  }
}
